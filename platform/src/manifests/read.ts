import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { isObject, type JsonObject } from '../json.ts';
import { findSchemaProblems } from '../schemas/validate.ts';
import { renderingOf } from '../targets.ts';
import type { Manifest } from './kinds.ts';

/** The objects of a file with YAML documents; a duplicate key is an error. */
export function readObjects(path: string): JsonObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${path}: ${error.message}`);
    const value: unknown = document.toJS();
    if (!isObject(value)) throw new Error(`${path} contains a document that is not an object`);
    return value;
  });
}

const known = new Map<string, readonly Manifest[]>();

/** The rendered manifests of a target, validated against the schemas; read once. */
export function readManifests(target: string): readonly Manifest[] {
  const manifests = known.get(target) ?? readObjects(renderingOf(target)).map(toManifest);
  known.set(target, manifests);
  return manifests;
}

function toManifest(object: JsonObject): Manifest {
  if (!isManifest(object)) throw new Error(findSchemaProblems(object).join('\n'));
  return object;
}

/** The schemas cover exactly the kinds of the type Manifest. */
function isManifest(object: unknown): object is Manifest {
  return findSchemaProblems(object).length === 0;
}
