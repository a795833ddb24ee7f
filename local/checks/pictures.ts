import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const CATALOG = 'microservices/database/catalog/products.csv';
const PUBLIC = 'microservices/frontend/public';

/** The catalog refers to images that the frontend service holds. */
export async function findMissingPictures(root: string): Promise<string[]> {
  const csv = await readFile(join(root, CATALOG), 'utf8');
  const named = new Set(csv.match(/\/images\/[^",\r\n]+/g));
  if (named.size === 0) return [`${CATALOG} names no picture.`];
  return [...named]
    .filter((url) => !existsSync(join(root, PUBLIC, url)))
    .map((url) => `${CATALOG} names ${url}, which is not in ${PUBLIC}.`);
}
