import type { JsonObject } from '../../src/json.ts';
import { isObject } from '../../src/json.ts';
import type { Manifest } from '../../src/manifests/kinds.ts';

/** A fault: an object by kind and name, a JSON pointer, and the new value. */
export type Change = readonly [object: string, pointer: string, value: unknown];

/** @returns copies with one change; the value undefined removes */
export function withChange(manifests: readonly Manifest[], change: Change): Manifest[] {
  const [object, pointer, value] = change;
  const copies = structuredClone([...manifests]);
  const found = copies.find(({ kind, metadata }) => `${kind} ${metadata.name}` === object);
  if (!found) throw new Error(`there is no ${object}`);
  put(found, pointer, value);
  return copies;
}

function put(object: unknown, pointer: string, value: unknown): void {
  const path = pointer.split('/').map((part) => part.replaceAll('~1', '/'));
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<unknown>((inner, key) => step(inner, key), object);
  if (Array.isArray(parent)) {
    if (value === undefined) parent.splice(Number(last), 1);
    else parent[last === '-' ? parent.length : Number(last)] = value;
  } else if (isObject(parent)) {
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else Object.assign(parent, { [last]: value });
  } else throw new Error(`there is nothing at ${pointer}`);
}

function step(inner: unknown, key: string): unknown {
  if (Array.isArray(inner)) return inner[Number(key)];
  return isObject(inner) ? (inner satisfies JsonObject)[key] : undefined;
}
