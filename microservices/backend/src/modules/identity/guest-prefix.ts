/** The id of every guest starts with it; the database service keeps a copy, to remove old guest carts. */
export const GUEST_PREFIX = 'guest_';
