// Finds imports, links and dependencies that leave a service's folder: it must survive extraction.

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
 * @param files relative to the folder
 * @returns one sentence for each escape
 */
export async function findEscapes(service: string, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map((file) => inspect(service, file)));
  return found.flat();
}

async function inspect(service: string, file: string): Promise<string[]> {
  const path = join(service, file);
  const escapes = (target: string) => {
    const fromService = relative(service, resolve(dirname(path), target));
    return fromService.startsWith('..') || isAbsolute(fromService);
  };
  const problem = (what: string) => `${path} ${what}, which leaves the service's folder.`;
  if ((await lstat(path)).isSymbolicLink()) {
    const target = await readlink(path);
    return escapes(target) ? [problem(`links to ${target}`)] : [];
  }
  const matches = async (pattern: RegExp) =>
    [...(await readFile(path, 'utf8')).matchAll(pattern)].map(([, target = '']) => target);
  if (SOURCE.test(file)) {
    return (await matches(IMPORT)).filter(escapes).map((target) => problem(`imports ${target}`));
  }
  if (/(^|\/)tsconfig[^/]*\.json$/.test(file)) {
    const targets = (await matches(EXTENDS)).filter((target) => target.startsWith('.'));
    return targets.filter(escapes).map((target) => problem(`refers to ${target}`));
  }
  if (/(^|\/)package(-lock)?\.json$/.test(file)) {
    const linked = LINKED.exec(await readFile(path, 'utf8'));
    return linked ? [problem(`depends on ${linked[0]}`)] : [];
  }
  return [];
}
