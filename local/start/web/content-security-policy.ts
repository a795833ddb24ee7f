// The storefront's Content-Security-Policy and the hosts of product pictures in it (decision 043).

/** The rule of import-catalog and of the storefront's container. */
const HOST =
  /^(?=.{1,259}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::(?<port>[1-9]\d{0,4}))?$/;

function isHost(text: string): boolean {
  const match = HOST.exec(text);
  return match !== null && Number(match.groups?.port ?? 443) <= 65_535;
}

/**
 * @param text hosts, separated by spaces or commas
 * @param problems receives a sentence for each wrong host
 */
export function readPictureHosts(text = '', problems: string[] = []): readonly string[] {
  const hosts = text.split(/[\s,]+/).filter((host) => host !== '');
  const wrong = hosts.filter((host) => !isHost(host)).map((host) => host.slice(0, 40));
  const sentences = wrong.map(
    (host) =>
      `PICTURE_HOSTS contains ${JSON.stringify(host)}: give host names in lower case, such as cdn.example.com.`,
  );
  problems.push(...sentences);
  return hosts;
}

/** Source: docs.stripe.com/security/guide#content-security-policy. */
const STRIPE_SCRIPTS = 'https://js.stripe.com https://*.js.stripe.com';

/** The policy of nginx/maps.conf, so that a picture that production would block is blocked here too. */
export const contentSecurityPolicy = (
  pictureHosts: readonly string[],
  hasStripe = false,
): string => {
  const pictures = [...pictureHosts, ...(hasStripe ? ['*.stripe.com'] : [])];
  const ofStripe = (sources: string) => (hasStripe ? ` ${sources}` : '');
  return [
    "default-src 'none'",
    `script-src 'self'${ofStripe(STRIPE_SCRIPTS)}`,
    "style-src 'self'",
    ["img-src 'self' data:", ...pictures.map((host) => `https://${host}`)].join(' '),
    "font-src 'self'",
    `connect-src 'self'${ofStripe('https://api.stripe.com')}`,
    ...(hasStripe ? [`frame-src ${STRIPE_SCRIPTS} https://hooks.stripe.com`] : []),
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
};
