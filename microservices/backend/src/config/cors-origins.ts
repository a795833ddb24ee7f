/**
 * The origins of CORS_ORIGINS in the one form in which browsers send them: a lower-case scheme and host, without
 * the default port and without a slash at the end. Another form would allow nobody, without a word.
 */
export const corsOrigins = (text: string): string[] =>
  entriesOf(text).flatMap((entry) => originOf(entry) ?? []);

/** A sentence for each entry that is no origin. */
export const corsOriginProblems = (text: string): string[] =>
  entriesOf(text)
    .filter((entry) => originOf(entry) === undefined)
    .map(
      (entry) =>
        `CORS_ORIGINS: ${JSON.stringify(entry.slice(0, 60))} is no origin: give a scheme and a host, such as https://shop.example`,
    );

const entriesOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

function originOf(entry: string): string | undefined {
  // URL.parse would also take `https:shop.example` and blanks inside.
  if (!/^https?:\/\/[^\s/?#@\\]+\/?$/i.test(entry) || !URL.canParse(entry)) return undefined;
  const { origin, hostname } = new URL(entry);
  return hostname.includes('*') ? undefined : origin;
}
