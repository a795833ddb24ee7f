import type { JsonObject } from '../json.ts';
import { isObject } from '../json.ts';

/** An AWS account id, an AWS access key, a password in a URL, a private key, a key of Stripe, one of webhooks. */
const SECRET =
  /\b\d{12}\b|\b(AKIA|ASIA)[A-Z0-9]{16}\b|:\/\/[^/\s:]+:[^@\s]+@|PRIVATE KEY|\b[sr]k_(live|test)_|\bwhsec_/;
/** A publishable key stands in pages. */
const SECRET_NAME = /(PASSWORD|SECRET|TOKEN|(?<!_PUBLISHABLE_)KEY)$/;

/** @returns a sentence for each value that must not be committed */
export function findSecretProblems(objects: readonly JsonObject[]): string[] {
  return objects.flatMap((object) => {
    const name = `${object.kind} ${isObject(object.metadata) ? object.metadata.name : ''}`;
    return [
      ...(object.kind === 'Secret'
        ? [`${name}: everybody with access to the repository can read a Secret's data`]
        : []),
      ...findText(object).flatMap(([key, text]) =>
        SECRET.test(text) || (SECRET_NAME.test(key) && text !== '')
          ? [`${name}: ${key} looks like a secret or an account id`]
          : [],
      ),
    ];
  });
}

/** All strings of an object, each with its key. */
function findText(value: unknown, key = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[key, value]];
  if (Array.isArray(value)) return value.flatMap((each) => findText(each, key));
  if (!isObject(value)) return [];
  // In `env: [{ name, value }]` the key of the value is the name.
  const own = typeof value.name === 'string' && typeof value.value === 'string' ? value.name : '';
  return Object.entries(value).flatMap(([each, inner]) =>
    findText(inner, each === 'value' && own ? own : each),
  );
}
