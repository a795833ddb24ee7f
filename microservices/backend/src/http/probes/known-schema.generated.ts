// Written by "npm run known-schema" from contracts/schema.sql.

/** The newest migration of the schema that this release was made for. */
export const KNOWN_SCHEMA_VERSION = 65;
