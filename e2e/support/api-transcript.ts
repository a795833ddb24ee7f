// docs/api.md is a transcript: each ```sh block with a curl command is followed by an ```http block with
// the response. Runs the commands against a real backend and writes the responses.

const STEP = /```sh\n(curl [\s\S]*?)\n```\n\n```http\n[\s\S]*?```/g;
const DOCUMENTED_HOST = 'http://localhost:8000';
const SHOWN_HEADERS = ['content-type', 'etag', 'location', 'idempotency-replayed'];

/** Values that a reader copies from one response into the next command: variable and JSON member. */
const CAPTURED = { CUSTOMER: 'customer_id', TOKEN: 'token', ORDER: 'order_id' } as const;

/** @returns the same text with the responses that the backend gives now */
export async function replayTranscript(markdown: string, backendUrl: string): Promise<string> {
  const variables = new Map<string, string>();
  const mask = createMask();
  let replayed = '';
  let end = 0;
  for (const step of markdown.matchAll(STEP)) {
    const [block, command = ''] = step;
    const response = await run(command, backendUrl, variables);
    replayed += markdown.slice(end, step.index);
    replayed += `\`\`\`sh\n${command}\n\`\`\`\n\n\`\`\`http\n${mask(response)}\n\`\`\``;
    end = step.index + block.length;
  }
  return replayed + markdown.slice(end);
}

async function run(
  command: string,
  backendUrl: string,
  variables: Map<string, string>,
): Promise<string> {
  const { url, ...request } = parseCurl(expand(command, variables));
  const response = await fetch(url.replace(DOCUMENTED_HOST, backendUrl), {
    ...request,
    redirect: 'manual',
  });
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  const text = isStream ? await readFirstEvent(response) : await response.text();
  const headers = SHOWN_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const head = [`HTTP/1.1 ${response.status} ${response.statusText}`, ...headers].join('\n');
  if (text === '') return head;
  if (isStream) return `${head}\n\n${text}`;
  if (!/json/.test(response.headers.get('content-type') ?? '')) return `${head}\n\n(a page)`;
  const body: Record<string, unknown> = JSON.parse(text);
  for (const [variable, member] of Object.entries(CAPTURED)) {
    const value = body[member];
    if (typeof value === 'string') variables.set(variable, value);
  }
  return `${head}\n\n${JSON.stringify(body, null, 2)}`;
}

/** Reads one event, then cancels: the stream has no end of its own. */
async function readFirstEvent({ body }: Response): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) throw new Error(`the stream has no event:\n${text}`);
    text += part.value;
    const [events] = /^[\s\S]*?\ndata: .*(?=\n\n)/.exec(text) ?? [];
    if (events === undefined) continue;
    await reader?.cancel();
    return events;
  }
}

function expand(command: string, variables: ReadonlyMap<string, string>): string {
  return command.replace(/\$([A-Z]+)/g, (_whole, name: string) => {
    const value = variables.get(name);
    if (value === undefined) throw new Error(`no response so far contains $${name}`);
    return value;
  });
}

interface CurlRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** Parses the options of curl that the transcript uses; any other is an error. */
function parseCurl(command: string): CurlRequest {
  const [, ...args] = shellWords(command);
  const request: CurlRequest = { url: '', method: 'GET', headers: {} };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === '-i' || word === '-N') continue;
    if (!word.startsWith('-')) request.url = word;
    else if (word === '-X') request.method = args.shift() ?? '';
    else if (word === '-d') request.body = args.shift() ?? '';
    else if (word === '-H') {
      const [name = '', value = ''] = (args.shift() ?? '').split(/: (.*)/);
      request.headers[name] = value;
    } else throw new Error(`curl ${word} is not supported in the transcript`);
  }
  return request;
}

/** Splits words as a shell does: quoted and unquoted parts without a space between them are one word. */
function shellWords(command: string): string[] {
  const words = command.replaceAll('\\\n', ' ').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g);
  return [...words].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/** Replaces what differs between runs by stand-ins: the nth id seen always gets the same one. */
function createMask(): (text: string) => string {
  const seen = new Map<string, string>();
  const standIn = (id: string) => {
    const number = String(seen.size + 1).padStart(12, '0');
    if (!seen.has(id)) seen.set(id, `00000000-0000-4000-8000-${number}`);
    return seen.get(id) ?? id;
  };
  return (text) =>
    text
      .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJhbGciOiJIUzI1NiJ9.…')
      .replace(/"request_id": "[^"]*"/g, '"request_id": "5f1c…"')
      .replace(/"number": "CH-[^"]*"/g, '"number": "CH-7F3K-9Q2M"')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, standIn)
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, '2026-11-24T09:30:00.000Z');
}
