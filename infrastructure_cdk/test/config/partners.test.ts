import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/config.ts';
import type { RawInputs } from '../../lib/config/inputs.ts';

function problemsOf(inputs: RawInputs) {
  const parsed = parseConfig(inputs);
  return parsed.ok ? [] : parsed.problems;
}

/** By production. */
const NEEDED = { alarmEmail: 'operator@example.com', hostName: 'shop.example.com' };

describe('inputs of Stripe and of receivers of events', () => {
  it.each([
    ['stripePublishableKey', 'sk_live_1'],
    ['stripePublishableKey', 'pk_1'],
    ['snsTopic', 'arn:aws:sqs:us-west-2:012345678901:orders'],
    ['eventBus', 'arn:aws:events:us-west-2:012345678901:rule/orders'],
  ])('reject %s = %j', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} is .*must be: .*-c ${name}=… or CARTHUB_[A-Z_]+=…`),
      ),
    ]);
  });

  it('reject a key of test mode in production, and receivers of events elsewhere', () => {
    const stripePublishableKey = 'pk_test_1';
    expect(problemsOf({ stripePublishableKey })).toEqual([]);
    expect(problemsOf({ environment: 'production', ...NEEDED, stripePublishableKey })).toEqual([
      expect.stringContaining('production needs pk_live_…'),
    ]);
    const snsTopic = 'arn:aws:sns:eu-west-1:012345678901:orders.fifo';
    expect(problemsOf({ snsTopic })).toEqual(['snsTopic is in eu-west-1, not in us-west-2.']);
    expect(problemsOf({ snsTopic, region: 'eu-west-1' })).toEqual([]);
  });
});
