import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const CATALOGUE = 'microservices/database/catalog/products.csv';
const PUBLIC = 'microservices/frontend/public';

/** The catalogue names pictures that another service holds. */
export async function findMissingPictures(root: string): Promise<string[]> {
  const csv = await readFile(join(root, CATALOGUE), 'utf8');
  const named = new Set(csv.match(/\/images\/[^",\r\n]+/g));
  if (named.size === 0) return [`${CATALOGUE} names no picture.`];
  return [...named]
    .filter((url) => !existsSync(join(root, PUBLIC, url)))
    .map((url) => `${CATALOGUE} names ${url}, which is not in ${PUBLIC}.`);
}
