import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LINK = /\]\(([^)\s]+)\)/g;
const FENCED_BLOCK = /^```.*?^```$/gms;

/** Every relative link in a Markdown file names an existing file, and its anchor a heading in that file. */
export function findBrokenLinks(root: string, files = listMarkdown(root)): string[] {
  return files
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) =>
      [...readProse(root, file).matchAll(LINK)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link) && !isThere(root, file, link))
        .map((link) => `${file} links to ${link}, which does not exist.`),
    );
}

function isThere(root: string, file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(readProse(root, target)).has(anchor);
}

/** Anchors as GitHub makes them from headings. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function readProse(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(FENCED_BLOCK, '');
}

function listMarkdown(root: string): string[] {
  const args = ['ls-files', '-z', '--', '*.md'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').slice(0, -1);
}
