import { type IncomingMessage, request as send } from 'node:http';
import fc from 'fast-check';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkProductId } from '../../microservices/database/src/catalog/product-id.ts';
import { hasNginx, openNginx, openNpmStart, type Site } from './support/servers-of-the-site.ts';

/** Ids that have looked like files, hidden files, encodings or paths to some server. */
const IDS = [
  ...[
    '.hidden',
    '.htaccess',
    'a..b',
    'a.png',
    'a.svg',
    'main.js.map',
    'a.html',
    'index.html',
    'x.br',
  ],
  ...['.', '..', '...', '..a', 'a..', './a', '../a', 'a/../b', 'a/..', '../../../x', '..\\a'],
  ...[
    '50%2F50',
    'a/b',
    '100%',
    '%',
    '%25',
    '%2e%2e',
    'a b',
    'a+b',
    'a?b=c#d',
    'a&b',
    "it's",
    '"<b>',
  ],
  ...[
    'Käse',
    'крем',
    '日本',
    '🛒',
    'e\u0301',
    'a\\b',
    'a;b',
    'a:b',
    '//',
    '/a',
    'a/',
    'events',
    'a|b',
    '~',
  ],
];

/** Any text that import-catalog accepts as an id. */
const anyId = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter((id) => !/[\p{Cc}\u2028\u2029]/u.test(id) && !/\p{Cs}/u.test(id) && id.trim() === id);
/** What servers normalize away. */
const pathLikeId = fc
  .array(fc.constantFrom('.', '..', '...', '/', '\\', '%2e', '%2F', 'a'), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const fileId = fc
  .tuple(anyId, fc.constantFrom('.png', '.map', '.svg', '.js', '.html', '.json', '.br', '.css'))
  .map((parts) => parts.join(''));
const id = fc.oneof(anyId, pathLikeId, fileId, fc.constantFrom(...IDS));

/** Sends the path as it is: fetch would normalize it. */
async function raw(url: string, path: string, method = 'GET', accept = '*/*') {
  const { hostname, port } = new URL(url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ hostname, port, path, method, headers: { accept }, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** Answers with what it got, as the backend's router reads it. */
async function openBackend(): Promise<FastifyInstance> {
  const app = fastify({
    frameworkErrors: (_error, _request, { raw }) => {
      raw.writeHead(400, { 'content-type': 'application/problem+json' });
      raw.end('{"code":"malformed-request","status":400}');
    },
  });
  const got = async ({ method, params }: { method: string; params: unknown }) => ({
    method,
    params,
  });
  app.get('/api/v1/products/:id', got);
  app.route({
    method: ['PUT', 'DELETE', 'PATCH'],
    url: '/api/v1/cart/:customer/items/:id',
    handler: got,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

const servers: [name: string, open: typeof openNpmStart][] = [['npm start', openNpmStart]];
if (hasNginx) servers.push(['nginx', openNginx]);

/** nginx resolves the path before all else, and refuses it if it leads above `/`. */
function leadsAboveRoot(id: string): boolean {
  let depth = '/api/v1/products'.split('/').length - 1;
  return id.split('/').some((part) => {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    return depth < 0;
  });
}

describe.each(servers)('the server of %s', (name, open) => {
  let backend: FastifyInstance;
  let site: Site;
  beforeAll(async () => {
    backend = await openBackend();
    site = await open({ backendUrl: backend.listeningOrigin });
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    backend.server.closeAllConnections();
    await backend.close();
  });

  const expectIdArrives = async (productId: string) => {
    const segment = encodeURIComponent(productId);
    const read = await raw(site.url, `/api/v1/products/${segment}`);
    expect(JSON.parse(read.text)).toEqual({ method: 'GET', params: { id: productId } });
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const { text } = await raw(site.url, `/api/v1/cart/g/items/${segment}`, method);
      expect(JSON.parse(text)).toEqual({ method, params: { customer: 'g', id: productId } });
    }
    // The import refuses ids that nginx resolves to another page.
    if (name === 'nginx' && checkProductId(productId) !== undefined) return;
    for (const accept of ['text/html,*/*', '*/*']) {
      const page = await raw(site.url, `/products/${segment}`, 'GET', accept);
      expect([page.status, page.text]).toEqual([200, '<title>Shop</title>']);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
    }
  };

  it.each(IDS)('passes the id %j to API and page', expectIdArrives);

  it('passes any id to the API, and any that the import accepts to its page', async () => {
    const possible = id.filter((each) => name !== 'nginx' || !leadsAboveRoot(each));
    await fc.assert(fc.asyncProperty(possible, expectIdArrives), { numRuns: 150 });
  });

  it.each(['/products/100%', '/products/%zz', '/%', '/products/%E0%A4%A', '/orders/%2', '/a%00b'])(
    'shows the shop’s own page at the malformed address %s',
    async (path) => {
      const { status, headers, text } = await raw(site.url, path, 'GET', 'text/html,*/*');
      expect(text).toBe('<title>Shop</title>');
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(status).toBe(200);
    },
  );

  it('answers a malformed address of the API with a problem document', async () => {
    for (const path of ['/api/v1/products/100%', '/api/v1/%zz']) {
      const { status, headers, text } = await raw(site.url, path, 'GET', 'text/html,*/*');
      expect(status).toBe(400);
      expect(headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(text)).toMatchObject({ code: 'malformed-request', status: 400 });
    }
  });

  it('still answers 404 for a missing file', async () => {
    for (const path of ['/assets/none.js', '/images/products/none.svg'])
      expect((await raw(site.url, path)).status).toBe(404);
  });
});

it.runIf(hasNginx)('both servers send the same policy, with the same picture hosts', async () => {
  const options = {
    backendUrl: 'http://127.0.0.1:9',
    pictureHosts: ['cdn.example', 'b.example:8443'],
  };
  await using npmStart = await openNpmStart(options);
  await using nginx = await openNginx(options);
  const [one, two] = await Promise.all(
    [npmStart, nginx].map(
      async ({ url }) => (await raw(url, '/')).headers['content-security-policy'],
    ),
  );
  expect(one).toBe(two);
  expect(one).toContain("img-src 'self' data: https://cdn.example https://b.example:8443;");
});
