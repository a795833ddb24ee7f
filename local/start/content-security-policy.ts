// The storefront's Content-Security-Policy and the hosts of product pictures in it (decision 043).

import { UserError } from '../run/user-error.mjs';

/** The rule of import-catalog and of the storefront's container. */
const HOST =
  /^(?=.{1,259}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[1-9]\d{0,4})?$/;

/** @param text hosts, separated by spaces or commas */
export function readPictureHosts(text = ''): readonly string[] {
  const hosts = text.split(/[\s,]+/).filter((host) => host !== '');
  const wrong = hosts.find((host) => !HOST.test(host));
  if (wrong === undefined) return hosts;
  throw new UserError(
    `PICTURE_HOSTS contains "${wrong}": give host names in lower case, such as cdn.example.com.`,
  );
}

/** The policy of nginx/maps.conf, so that a picture that production would block is blocked here too. */
export const contentSecurityPolicy = (pictureHosts: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data:", ...pictureHosts.map((host) => `https://${host}`)].join(' '),
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
