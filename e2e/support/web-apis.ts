// Which browser APIs the built storefront uses, found in its code.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';

/** Objects whose members count as APIs of their own. */
const NAMESPACES = [
  'navigator',
  'history',
  'crypto',
  'performance',
  'Intl',
  'location',
  'document',
];
const GLOBAL_OBJECTS = ['window', 'globalThis', 'self'];
/** Minified local names are shorter. */
const MIN_LENGTH = 3;

/** Dotted paths from the global object, such as `sessionStorage` and `navigator.locks`. */
export async function findUsedApis(
  directory: string,
  browserGlobals: readonly string[],
): Promise<string[]> {
  const language = new Set<string>(
    runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[],
  );
  const known = new Set(
    browserGlobals.filter((name) => !language.has(name) && name.length >= MIN_LENGTH),
  );
  const used = new Set<string>();
  for (const file of await readdir(directory)) {
    if (!file.endsWith('.js')) continue;
    const text = await readFile(join(directory, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    collect(source, known, used);
  }
  return [...used].toSorted();
}

function collect(node: ts.Node, known: ReadonlySet<string>, used: Set<string>): void {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = nameOf(node.expression);
    const member = node.name.text;
    if (owner !== undefined && NAMESPACES.includes(owner)) used.add(`${owner}.${member}`);
    if (owner !== undefined && GLOBAL_OBJECTS.includes(owner) && known.has(member))
      used.add(member);
  }
  if (ts.isIdentifier(node) && known.has(node.text) && isReference(node)) used.add(node.text);
  ts.forEachChild(node, (child) => collect(child, known, used));
}

/** `history` in `history.state` and in `window.history.state`. */
function nameOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : undefined;
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(
    ts.isBindingElement(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isGetAccessor(parent) ||
    ts.isSetAccessor(parent) ||
    ts.isParameter(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent)
  );
}
