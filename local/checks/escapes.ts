// A service is a folder that stands alone: nothing in it may lead out of it.

import { lstat, readFile, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

export const SERVICES = [
  'microservices/database',
  'microservices/backend',
  'microservices/frontend',
  'infrastructure_cdk',
] as const;

const SOURCE = /\.([cm]?[jt]sx?|css|html)$/;
const IMPORT =
  /(?:\bfrom|\bimport|\bimport\(|\brequire\(|@import|@source|\bnew URL\()\s*['"](\.{1,2}\/[^'"]*)['"]/g;
const EXTENDS = /"(?:extends|path)"\s*:\s*\[?\s*"([^"]+)"/g;
const LINKED = /"(?:file|link|portal|workspace):[^"]*"/;

/**
 * @param service the folder
 * @param files in it, relative to it
 * @returns a sentence for each way out
 */
export async function findEscapes(service: string, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map((file) => inspect(service, file)));
  return found.flat();
}

async function inspect(service: string, file: string): Promise<string[]> {
  const path = join(service, file);
  const leadsOut = (target: string) => {
    const way = relative(service, resolve(dirname(path), target));
    return way.startsWith('..') || isAbsolute(way);
  };
  const problem = (what: string) => `${path} ${what}, which leaves the service's folder.`;
  if ((await lstat(path)).isSymbolicLink()) {
    const target = await readlink(path);
    return leadsOut(target) ? [problem(`links to ${target}`)] : [];
  }
  const matches = async (pattern: RegExp) =>
    [...(await readFile(path, 'utf8')).matchAll(pattern)].map(([, target = '']) => target);
  if (SOURCE.test(file)) {
    return (await matches(IMPORT)).filter(leadsOut).map((target) => problem(`imports ${target}`));
  }
  if (/(^|\/)tsconfig[^/]*\.json$/.test(file)) {
    const targets = (await matches(EXTENDS)).filter((target) => target.startsWith('.'));
    return targets.filter(leadsOut).map((target) => problem(`refers to ${target}`));
  }
  if (/(^|\/)package(-lock)?\.json$/.test(file)) {
    const linked = LINKED.exec(await readFile(path, 'utf8'));
    return linked ? [problem(`depends on ${linked[0]}`)] : [];
  }
  return [];
}
