import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createScratch, type Scratch } from '../../testbed/scratch.ts';
import { findStaleCopies, writeCopies } from '../checks/copies.ts';
import { findEscapes } from '../checks/escapes.ts';
import { findBrokenLinks } from '../checks/links.ts';
import { findMissingPictures } from '../checks/pictures.ts';

async function write({ path }: Scratch, file: string, content: string) {
  await mkdir(dirname(join(path, file)), { recursive: true });
  await writeFile(join(path, file), content);
}

it('finds a copy that differs by a byte, and renews it', async () => {
  await using scratch = await createScratch();
  await write(scratch, 'producer/api.json', '{}\n');
  await write(scratch, 'consumer/api.json', '{}');
  const copies = [{ from: 'producer/api.json', to: 'consumer/api.json' }];
  expect(await findStaleCopies(scratch.path, copies)).toHaveLength(1);
  await writeCopies(scratch.path, copies);
  expect(await findStaleCopies(scratch.path, copies)).toEqual([]);
});

it('finds an image that the catalog names and the frontend does not have', async () => {
  await using scratch = await createScratch();
  const line = (name: string) => `${name},"A, quoted",9.50,/images/products/${name}.svg\n`;
  const catalog = 'microservices/database/catalog/products.csv';
  await write(scratch, catalog, `product_id,description,price,image_url\n${line('a')}${line('b')}`);
  await write(scratch, 'microservices/frontend/public/images/products/a.svg', '<svg/>');
  const problems = await findMissingPictures(scratch.path);
  expect(problems).toEqual([expect.stringContaining('/images/products/b.svg')]);
});

it('finds a link to a missing file or heading, outside code blocks', async () => {
  await using scratch = await createScratch();
  await write(scratch, 'docs/b.md', '# The *b* file, v2\n');
  const links =
    '[ok](b.md#the-b-file-v2) [ok](#here) [ok](https://example.com) [1](c.md) [2](b.md#c)';
  await write(scratch, 'docs/a.md', `# Here\n\n${links}\n\n\`\`\`\n[code](d.md)\n\`\`\`\n`);
  expect(findBrokenLinks(scratch.path, ['docs/a.md', 'docs/b.md'])).toEqual([
    expect.stringContaining('c.md'),
    expect.stringContaining('b.md#c'),
  ]);
});

it.each([
  ['src/a.ts', `import { b } from '../../other/b.ts';`],
  ['src/a.tsx', `export * from "../../../root.ts";`],
  ['src/a.ts', `const b = await import('../../other/b.ts');`],
  ['src/a.css', `@import '../../other/style.css';`],
  ['tsconfig.json', '{ "extends": "../tsconfig.base.json" }'],
  ['package.json', '{ "dependencies": { "other": "file:../other" } }'],
])('finds an escape from a service: %s with %s', async (file, content) => {
  await using scratch = await createScratch();
  await write(scratch, `service/${file}`, content);
  expect(await findEscapes(join(scratch.path, 'service'), [file])).toHaveLength(1);
});

it('finds a symbolic link that leaves the service', async () => {
  await using scratch = await createScratch();
  await write(scratch, 'service/a.ts', '');
  await symlink('../other', join(scratch.path, 'service/link'));
  expect(await findEscapes(join(scratch.path, 'service'), ['link', 'a.ts'])).toHaveLength(1);
});

it('accepts imports, extends and dependencies inside the service', async () => {
  await using scratch = await createScratch();
  const inside = {
    'test/deep/a.ts': `import { b } from '../../src/b.ts';\nimport pg from 'pg';`,
    'tsconfig.build.json': '{ "extends": "./tsconfig.json" }',
    'package.json': '{ "dependencies": { "pg": "8.23.1" } }',
  };
  for (const [file, content] of Object.entries(inside)) {
    await write(scratch, `service/${file}`, content);
  }
  const service = join(scratch.path, 'service');
  expect(await findEscapes(service, Object.keys(inside))).toEqual([]);
});
