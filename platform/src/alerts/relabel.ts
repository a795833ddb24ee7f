// Prometheus' relabeling, as far as the collector's configuration uses it (Prometheus documentation, Configuration,
// <relabel_config>): sources are joined by the separator, the expression matches the whole text, and "replace" writes the
// replacement, by default the first group. A label that becomes empty is removed. What else a rule has is refused.

import { isObject, type JsonObject } from '../json.ts';

export type Labels = Readonly<Record<string, string>>;

/** @returns undefined if a rule drops the target or series */
export function relabel(labels: Labels, rules: unknown): Labels | undefined {
  let result: Labels | undefined = labels;
  for (const rule of Array.isArray(rules) ? rules.filter(isObject) : [])
    result = result && apply(result, rule);
  return result;
}

const FIELDS = ['action', 'regex', 'replacement', 'separator', 'source_labels', 'target_label'];
/** RE2 has no lookaround and no back references (RE2, "Syntax"). */
const NOT_RE2 = /\(\?<?[=!]|\\[1-9]/;

function apply(labels: Labels, rule: JsonObject): Labels | undefined {
  const strange = Object.keys(rule).find((field) => !FIELDS.includes(field));
  if (strange) throw new Error(`Relabeling with "${strange}" is not modeled.`);
  const { regex = '(.*)', separator = ';', replacement = '$1', action = 'replace' } = rule;
  if (NOT_RE2.test(String(regex))) throw new Error(`${regex} is no expression of RE2.`);
  const sources = Array.isArray(rule.source_labels) ? rule.source_labels.map(String) : [];
  const text = sources.map((name) => labels[name] ?? '').join(String(separator));
  const match = new RegExp(`^(?:${regex})$`, 's').exec(text);
  switch (action) {
    case 'keep':
      return match ? labels : undefined;
    case 'drop':
      return match ? undefined : labels;
    case 'replace':
      return match
        ? replace(labels, String(rule.target_label), String(replacement), match)
        : labels;
    default:
      throw new Error(`Relabeling by "${action}" is not modeled.`);
  }
}

function replace(
  labels: Labels,
  target: string,
  replacement: string,
  groups: readonly string[],
): Labels {
  const value = replacement.replaceAll(
    /\$(?:(\d+)|\{(\d+)\})/g,
    (_all, plain, braced) => groups[Number(plain ?? braced)] ?? '',
  );
  const { [target]: _, ...others } = labels;
  return value === '' ? others : { ...others, [target]: value };
}
