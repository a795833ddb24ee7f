// Whether a response is what the OpenAPI document says of its operation and status.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isAmount } from '../../src/money.ts';
import type { OpenApiDocument, Operation } from './operations.ts';

/** @returns what is wrong with the body; undefined if it fits or is no JSON by contract */
export type Contract = (operation: Operation, status: number, body: string) => string | undefined;

export function readContract(document: OpenApiDocument): Contract {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('idn-email', true);
  // Floating-point division finds amounts that are no multiples of 0.01.
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({
    keyword: 'multipleOf',
    validate: (_: number, amount: number) => isAmount(amount),
  });
  ajv.addSchema({ ...document, $id: 'openapi' });
  return ({ path, method, responses }, status, body) => {
    const type = Object.keys(responses[status]?.content ?? {}).find((each) => /json$/.test(each));
    if (type === undefined) return undefined;
    const place = ['paths', path, method.toLowerCase(), 'responses', `${status}`, 'content', type];
    const pointer = [...place, 'schema'].map(
      (name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`,
    );
    const fits = ajv.getSchema(`openapi#${pointer.join('')}`);
    if (!fits) throw new Error(`no schema of ${method} ${path} ${status}`);
    return fits(JSON.parse(body))
      ? undefined
      : `off contract: ${ajv.errorsText(fits.errors)} ${body}`;
  };
}
