/**
 * A picture is a path of the storefront, on a host of PICTURE_HOSTS, or in the URL itself. The storefront's
 * Content-Security-Policy names the same hosts, so browsers would not show any other picture.
 *
 * @returns why browsers would not show it; undefined if they would
 */
export function checkPicture(url: string, hosts: readonly string[]): string | undefined {
  // Browsers remove them, and "/\t/host" is then another host.
  if (/^\s|\s$|\p{Cc}/u.test(url))
    return 'begins or ends with white space, or contains a control character: remove it';
  if (/^data:image\//i.test(url)) return undefined;
  // Browsers read a backslash as a slash, so "/\host" is another host too.
  if (/^\/(?![/\\])/.test(url)) return undefined;
  if (/^http:/i.test(url)) return 'begins with http:, which browsers block: use https:';
  if (!/^(?:https:)?[/\\]{2}/i.test(url) || !URL.canParse(url, 'https://shop.invalid'))
    return 'is neither a path like /images/mug.svg nor a URL like https://HOST/mug.png';
  const { host, username, password } = new URL(url, 'https://shop.invalid');
  if (username !== '' || password !== '')
    return 'contains a user name or a password, with which browsers show no picture: remove it';
  if (hosts.includes(host)) return undefined;
  return `is on the host "${host}", which PICTURE_HOSTS does not name: browsers would not show it`;
}

const HOST =
  /^(?=.{1,259}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::(?<port>[1-9]\d{0,4}))?$/;

function isHost(text: string): boolean {
  const match = HOST.exec(text);
  return match !== null && Number(match.groups?.port ?? 443) <= 65_535;
}

/** @param text hosts, each with a port if it is not 443, separated by spaces or commas */
export function readPictureHosts(text: string | undefined, problems: string[]): readonly string[] {
  const hosts = (text ?? '').split(/[\s,]+/).filter((host) => host !== '');
  const wrong = hosts.filter((host) => !isHost(host));
  if (wrong.length > 0)
    problems.push(
      `PICTURE_HOSTS contains ${JSON.stringify(wrong.join(' ').slice(0, 40))}: give host names in lower case, such as cdn.example.com.`,
    );
  // URLs leave out the standard port.
  return hosts.map((host) => host.replace(/:443$/, ''));
}
