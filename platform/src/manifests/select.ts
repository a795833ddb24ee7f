import type { LabelSelector, Labels } from './metadata.ts';

/**
 * Whether a selector matches labels; an empty selector matches all (Kubernetes, "Labels and Selectors", "Resources that
 * support set-based requirements"). `NotIn` and `DoesNotExist` match objects without the key.
 *
 * @throws Error for what the API refuses: "The values set must be non-empty in the case of In and NotIn"
 */
export function selects(selector: LabelSelector, labels: Labels = {}): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator.endsWith('In') !== values.length > 0)
        throw new Error(`${key}: ${operator} has ${values.length} values`);
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      throw new Error(`${operator} is not a selector operator`);
    })
  );
}
