// env.schema.json: the variables that a service reads. An empty value counts as absent.

import { at, isObject } from '../json.ts';
import { readContract, type Service } from './contract.ts';
import { findViolations } from './validator.ts';

export type Variables = Readonly<Record<string, string>>;

/** @returns a sentence for each variable that the service does not read or does not accept */
export function findVariableProblems(service: Service, variables: Variables): string[] {
  const schema = readContract(service, 'env.schema.json');
  const known = Object.entries(variables).filter(([name]) => isRead(service, name));
  const unknown = Object.keys(variables).filter((name) => !isRead(service, name));
  const given = Object.fromEntries(known.filter(([, value]) => value !== ''));
  return [
    ...unknown.map((name) => `the ${service} service does not read ${name}`),
    ...findViolations(schema, given),
  ];
}

/** The default of a variable, if it has one. */
export function defaultOf(service: Service, name: string): unknown {
  return at(propertyOf(service, name), 'default');
}

/** The files that a service reads, because variables name them or their directory. */
export function filesNamedBy(service: Service, variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const property = propertyOf(service, name);
    const files = at(property, 'x-files');
    if (value === '') return [];
    if (Array.isArray(files)) return files.map((file) => `${value}/${file}`);
    return at(property, 'x-file') === true ? [value] : [];
  });
}

function isRead(service: Service, name: string): boolean {
  return isObject(propertyOf(service, name));
}

function propertyOf(service: Service, name: string): unknown {
  return at(readContract(service, 'env.schema.json'), 'properties', name);
}
