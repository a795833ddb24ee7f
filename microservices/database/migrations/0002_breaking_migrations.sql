-- Whether a migration was marked "breaking": a backend that does not know its version yet must not
-- get traffic. In a new database the runner has made the table with this column.

alter table schema_version add column if not exists breaking boolean not null default false;
