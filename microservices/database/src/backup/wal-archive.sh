#!/bin/sh
# Keeps one finished file of PostgreSQL's write-ahead log (WAL) in a directory:
#
#   archive_command = '/usr/local/bin/wal-archive.sh "%p" "%f" /archive'
#
# PostgreSQL throws the file away after an exit code of 0, and calls again after any other. So the file
# is on the disk before this ends; it gets its name at once, when it is whole; and a file that is there
# is never written over, not even by a second cluster that was pointed at the same directory by mistake.
# A shell script, because the machines that run PostgreSQL have no Node.js.
set -eu

fail() {
  echo "wal-archive: $*" >&2
  exit 1
}

[ $# -eq 3 ] || fail 'usage: wal-archive.sh PATH NAME DIRECTORY'
path=$1
name=$2
directory=$3
final="$directory/$name"
staging="$directory/.$name.tmp"

case $name in
  '' | *[!0-9A-Za-z.]* | .*) fail "\"$name\" is not the name of a WAL file." ;;
esac
[ -d "$directory" ] || fail "There is no directory $directory: is the volume mounted?"

if [ -e "$final" ]; then
  # An earlier call may have been killed after it had given the name and before it could say so.
  cmp -s "$path" "$final" ||
    fail "$final exists with other content: does another cluster use $directory?"
  sync "$final" "$directory"
  exit 0
fi

trap 'rm -f "$staging"' EXIT
cp "$path" "$staging"
cmp -s "$path" "$staging" || fail "$staging is not what was copied."
sync "$staging"
# Unlike mv, ln fails if the name is taken.
ln "$staging" "$final"
sync "$directory"
