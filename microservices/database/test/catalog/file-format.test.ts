import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

let database: TestDatabase;
let files: Scratch;
beforeAll(async () => {
  database = await createTestDatabase();
  files = await createScratch();
});
afterEach(() => database.query('truncate products cascade'));
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

const NAMES = ['product_id', 'product_name', 'description', 'category', 'price', 'stock'];
const COLUMNS = [...NAMES, 'image_url'];
const VALUES = ['a', 'Müg', 'A "mug", red; blue', 'Kitchen', '12.50', '3', '/a.svg'];
const quoted = (values: readonly string[], delimiter: string) =>
  values.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter);
const HEADER = COLUMNS.join();
const FILE = `${HEADER}\n${quoted(VALUES, ',')}\n`;

async function importBytes(content: string | Buffer, ...options: string[]) {
  const file = await files.write('catalog.csv', content);
  return runCli(database.url, ['import-catalog', file, ...options]);
}
const products = () =>
  database.query<Record<string, unknown>>(
    'select product_id, product_name, description, price from products order by 1',
  );
const PRODUCT = {
  product_id: 'a',
  product_name: 'Müg',
  description: 'A "mug", red; blue',
  price: '12.50',
};

const cells = (delimiter: string, end = '\n') =>
  [COLUMNS.join(delimiter), quoted(VALUES, delimiter), ''].join(end);

describe('imports', () => {
  test.each([
    ['commas', FILE],
    ['semicolons', cells(';')],
    ['tabs', cells('\t')],
    ['a quoted header', [quoted(COLUMNS, ';'), quoted(VALUES, ';'), ''].join('\n')],
    ['CRLF', cells(',', '\r\n')],
    ['bare CR', cells(',', '\r')],
    ['no last line end', FILE.trimEnd()],
    ['a byte order mark', `\uFEFF${FILE}`],
    ['two byte order marks', `\uFEFF\uFEFF${FILE}`],
    ['sep=; first', `sep=;\r\n${cells(';', '\r\n')}`],
    ['a byte order mark and sep=', `\uFEFFsep=\t\r\n${cells('\t', '\r\n')}`],
    ['sep=, before another delimiter', `sep=,\n${cells(';')}`],
    ['capitals', FILE.replace(HEADER, HEADER.toUpperCase())],
    [
      'spaces in the header',
      FILE.replace(HEADER, ' Product ID, Product Name,Description ,Category,PRICE,Stock,Image-URL'),
    ],
    ['trailing commas', FILE.replaceAll('\n', ',,,\n')],
    ['trailing commas in the header only', FILE.replace('image_url', 'image_url,,')],
    ['trailing commas in the rows only', FILE.replace('/a.svg"', '/a.svg",,')],
    ['lines of commas only', `${FILE},,,,,,\n,,,,,,\n`],
    ['sep= saved as a row', `sep=;;;;;;;\r\n${cells(';', '\r\n')}`],
    ['a blank line before sep=', `\r\nsep=;\r\n${cells(';', '\r\n')}`],
    ['an invisible character in the header', `\uFEFFsep=,\n\u200B${FILE}`],
    ['a header that ends with CR, and rows with LF', FILE.replace('\n', '\r')],
    ['rows that end with CR, after a header with LF', `${HEADER}\n\r${FILE.split('\n')[1]}\r\r\n`],
    ['blank lines before the header', `\n\r\n${FILE}`],
  ])('a file with %s', async (_what, content) => {
    expect(await importBytes(content)).toMatchObject({ exitCode: 0, err: '' });
    expect(await products()).toEqual([PRODUCT]);
  });

  test('every mixture of line ends, and reads those within a field as line breaks', async () => {
    const all = ['\n', '\r\n', '\r'];
    const mixtures = all.flatMap((a) => all.flatMap((b) => all.map((c) => [a, b, c])));
    for (const [afterHeader, afterRow, within] of mixtures) {
      const two = quoted(['b', 'Müg', `x${within}y`, ...VALUES.slice(3)], ',');
      const run = await importBytes(
        `${HEADER}${afterHeader}${quoted(VALUES, ',')}${afterRow}${two}${within}`,
      );
      expect(run).toMatchObject({ exitCode: 0, err: '' });
      const other = { ...PRODUCT, product_id: 'b', description: 'x\ny' };
      expect(await products()).toEqual([PRODUCT, other]);
      await database.query('truncate products cascade');
    }
  });
});

const utf16be = Buffer.from(FILE, 'utf16le').swap16();
const cjk = Buffer.from(FILE + FILE.replaceAll(/[a-z]/g, '商').repeat(30), 'utf16le');

describe('refuses with a sentence', () => {
  test.each([
    ['gzip', gzipSync(FILE), 'The file is compressed with gzip, not CSV: unpack it'],
    ['a ZIP archive', Buffer.from('PK\x03\x04\x14\0\0\0products.csv'), 'is a ZIP archive, not CSV'],
    ['xlsx', Buffer.from('PK\x03\x04\x14\0\0\0[Content_Types].xml xl/'), 'is an Excel workbook'],
    ['xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'is an old Excel or Office document'],
    [
      'UTF-16 LE',
      Buffer.from(`\uFEFF${FILE}`, 'utf16le'),
      'The file is UTF-16 text, not CSV: save',
    ],
    ['UTF-16 BE', Buffer.concat([Buffer.from('feff', 'hex'), utf16be]), 'is UTF-16 text'],
    ['UTF-16 LE without a mark', Buffer.from(FILE, 'utf16le'), 'is UTF-16 text'],
    ['UTF-16 BE without a mark', utf16be, 'is UTF-16 text'],
    ['JSON', '[{"product_id":"a"}]', 'The file is JSON, not CSV'],
    ['HTML', '<!DOCTYPE html><p>Sign in</p>', 'The file is HTML or XML, not CSV'],
    ['HTML with attributes', '\r\n<table border=1><tr><td>product_id', 'The file is HTML or XML'],
    ['an HTML comment', '<!-- x --><html>', 'The file is HTML or XML'],
    ['SVG', '<svg xmlns="x"></svg>', 'The file is HTML or XML'],
    ['Rich Text Format', '{\\rtf1\\ansi product_id}', 'is a document in Rich Text Format'],
    ['a program', '\x7fELF\x02\x01\x01', 'The file is not text'],
    ['UTF-16 with few Latin letters', cjk, 'is UTF-16 text'],
    ['a header with an open quote', `"${FILE}`, 'The header, on line 1, has a quote that is not'],
    ['a header with a stray quote', `\nx"${FILE}`, 'The header, on line 2, has a quote inside'],
    [
      'a long header',
      FILE.replace('url', `url,${'x'.repeat(99_999)}`),
      'header, on line 1, is longer',
    ],
    ['PDF', '%PDF-1.7\n', 'The file is a PDF document'],
    ['pipes', cells('|'), 'The columns are separated by "|": separate them by commas'],
    ['no header', quoted(VALUES, ','), 'The first line must name the columns product_id, product_'],
    ['an empty file', '', 'The file is empty'],
    ['blanks only', ' \n\n\t\n', 'The file is empty'],
    ['only sep=', 'sep=;\n', 'The first line must name the columns'],
  ])('%s', async (_what, content, sentence) => {
    const run = await importBytes(content, '--allow-partial');
    expect(run.exitCode).toBe(1);
    expect(run.err).toContain(sentence);
    expect(run.err).toMatch(/\nNothing was imported\.\n$/);
    expect(run.err).not.toMatch(/aborted|Error|undefined|\bat \//);
    expect(await products()).toEqual([]);
    const json = JSON.parse((await importBytes(content, '--json')).out);
    expect(json).toMatchObject({ ok: false });
    expect(json.problems.join()).toContain(sentence);
  });

  test('a wrong header in a file of many chunks', async () => {
    const many = FILE.repeat(20_000).replace('price', 'cost');
    const run = await importBytes(many);
    expect(run.err).toContain('The column "price" is missing.\nThe column "cost" is unknown');
    expect(run.exitCode).toBe(1);
  });
});

describe('names the line of', () => {
  const NAME = 'line 3, product_name:';
  const good = quoted(VALUES, ',').replace('Müg', 'Mug');
  test.each([
    ['invalid UTF-8', 'b,M\xFCg,,Kitchen,1,1,/b.svg', 'line 3, product_name: is not valid UTF-8'],
    [
      'a lone surrogate',
      'b,M,\xED\xA0\xBD,Kitchen,1,1,/b.svg',
      'line 3, description: is not valid UTF-8',
    ],
    [
      'an overlong form',
      'b\xC0\xAE,M,,Kitchen,1,1,/b.svg',
      'line 3, product_id: is not valid UTF-8',
    ],
    ['a stray quote', 'b,12" ruler,,Desk,1,1,/b.svg', `${NAME} has a quote inside a field`],
    ['a space before a quote', 'b, "M",,Desk,1,1,/b.svg', `${NAME} has a quote inside a field`],
    ['an unclosed quote', 'b,"M,,Desk,1,1,/b.svg', `${NAME} has a quote that is not closed`],
    ['text after a quote', 'b,"M"ug,,Desk,1,1,/b.svg', `${NAME} has a quote that is not closed`],
    ['another delimiter', 'b;M;;Desk;1;1;/b.svg', 'line 3: has 1 field instead of 7: a delimiter'],
    ['a bell in its name', 'b,M\x07,,Desk,1,1,/b.svg', `${NAME} contains a control character`],
    ['a line break in its category', 'b,M,,"De\nsk",1,1,/b.svg', 'line 3, category: contains a'],
    ['an invisible name', 'b,\xE2\x80\x8B,,Desk,1,1,/b.svg', `${NAME} is empty`],
    [
      'a huge field',
      `b,M,${'x'.repeat(100_000)},Desk,1,1,/b.svg`,
      'line 3, description: is longer than 65536 bytes',
    ],
    ['a long field', `b,M,${'x'.repeat(5000)},Desk,1,1,/b.svg`, 'line 3, description: is too long'],
    ['the id of another row', good, 'line 3, product_id: "a" is already on line 2'],
    ['a value without a column', `${good.replace('"a"', 'b')},x`, 'has 8 fields instead of 7'],
  ])('a row with %s, by its line', async (_what, bad, sentence) => {
    const head = Buffer.from(`${HEADER}\n${good}\n`);
    const content = Buffer.concat([head, Buffer.from(`${bad}\n`, 'latin1')]);
    const run = await importBytes(content);
    expect(run.err).toContain(sentence);
    expect(run.err).toMatch(/^1 bad row\.$/m);
    expect(run.exitCode).toBe(1);
    expect(await products()).toEqual([]);
  });

  test('counts the line sep= when it names a line', async () => {
    const run = await importBytes(`sep=,\n${HEADER}\n${quoted(VALUES, ',')},x\n`);
    expect(run.err).toContain('line 3: has 8 fields instead of 7');
  });

  test('a value under an empty name, by its column', async () => {
    const run = await importBytes(`${HEADER},,\n${quoted(VALUES, ',')},,x\n`);
    expect(run.err).toContain('line 2: has a value in column 9, which has no name in the header');
  });
});
