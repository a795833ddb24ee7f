import { expect, it } from 'vitest';
import environment from '../../microservices/backend/env.schema.json' with { type: 'json' };
import { AGING_TABLES } from '../../microservices/database/src/prune/tables.ts';

/** A guest who comes back within a day is not noted. */
const UNNOTED_DAYS = 1;

it('prunes no cart that a guest session can still reach', () => {
  const { GUEST_TOKEN_TTL_HOURS: ttl, GUEST_TOKEN_GRACE_HOURS: grace } = environment.properties;
  const carts = AGING_TABLES.find(({ name }) => name === 'guest-carts');
  expect(carts?.since).toContain('seen_at');
  expect(carts?.days).toBeGreaterThan((ttl.default + grace.default) / 24 + UNNOTED_DAYS);
});
