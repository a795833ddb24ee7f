import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { isKnown } from '../../aws-mock/handlers/types.ts';

const TEMPLATES = resolve(import.meta.dirname, '../../../../infrastructure_cdk/test/templates');
const files = readdirSync(TEMPLATES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);

it('the imitation knows every type of the templates, so that somebody has thought about it', () => {
  expect(files.length).toBeGreaterThanOrEqual(18);
  const unknown = files.flatMap((file) => {
    const { Resources } = JSON.parse(readFileSync(join(TEMPLATES, file), 'utf8')) as {
      Resources: Record<string, { Type: string }>;
    };
    return Object.values(Resources)
      .map(({ Type }) => Type)
      .filter((type) => !isKnown(type));
  });
  expect(unknown).toEqual([]);
  expect(isKnown('AWS::SNS::Subject')).toBe(false);
});
