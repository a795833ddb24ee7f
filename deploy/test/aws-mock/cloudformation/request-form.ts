import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

/** The values of a list: `Capabilities.member.1`. */
export const valuesIn = (form: URLSearchParams, prefix: string): readonly string[] =>
  [...form].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);

/**
 * Explicit values and the template's defaults, which a stack shows too. With UsePreviousValue it is "the existing value
 * that the stack has" (API_Parameter).
 */
export function parametersIn(
  form: URLSearchParams,
  { Parameters = {} }: Template,
  stack?: Stack,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, { Default }] of Object.entries(Parameters))
    if (Default !== undefined) values.set(name, String(Default));
  const given = pairs(form, 'Parameters.member', 'ParameterKey', 'ParameterValue');
  const previous = pairs(form, 'Parameters.member', 'ParameterKey', 'UsePreviousValue');
  for (const [name, value] of Object.entries(given)) {
    const former = stack?.parameters.get(name);
    const used = previous[name] === 'true' ? former : value;
    if (used !== undefined) values.set(name, used);
  }
  return values;
}

/** A list of named values: `Tags.member.1.Key`. */
export function pairs(form: URLSearchParams, list: string, key: string, value: string) {
  const found: Record<string, string> = {};
  for (let n = 1; form.has(`${list}.${n}.${key}`); n += 1)
    found[form.get(`${list}.${n}.${key}`) ?? ''] = form.get(`${list}.${n}.${value}`) ?? '';
  return found;
}
