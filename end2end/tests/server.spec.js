import http from 'node:http';
import { enter, setUp, settled, signOut, told, visit, OWNER } from '../support/acts.js';
import { expect, test } from '../support/test.js';

const SIGN_IN_BYTES = 45_000;
const SIGN_IN_REQUESTS = 4;
const COLD_START_MS = 300;

test('the sign-in page works after its HTML and style alone, and is small', async ({ server, person }) => {
  const page = await person(server, { javaScriptEnabled: false });
  await setUp(await person(server), server);
  const loads = [];
  page.on('requestfinished', (request) => loads.push(request));
  await page.goto('/sign-in', { waitUntil: 'networkidle' });
  let bytes = 0;
  const first = loads.filter((request) => !/\.(wasm|js)$/.test(new URL(request.url()).pathname));
  for (const request of first) {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    bytes += responseBodySize + responseHeadersSize;
  }
  const names = first.map((request) => new URL(request.url()).pathname);
  expect(names.length, names.join(' ')).toBeLessThanOrEqual(SIGN_IN_REQUESTS);
  expect(bytes, `bytes of ${names.join(' ')}`).toBeLessThanOrEqual(SIGN_IN_BYTES);
});

test('r49 the headers of safety are on every answer', async ({ server, person, request }) => {
  const page = await person(server);
  await setUp(page, server);
  const html = await (await request.get(`${server.url}/sign-in`)).text();
  const files = [...html.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js|wasm|woff2|svg))"/g)].map(([, address]) => address);
  expect(files.length).toBeGreaterThanOrEqual(2);
  for (const address of ['/sign-in', '/nowhere', '/healthz', '/settings/users', '/api/users/list', ...files]) {
    const answer = await request.get(server.url + address, { maxRedirects: 0 });
    const headers = answer.headers();
    const policy = headers['content-security-policy'] ?? '';
    for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy, address).toContain(part);
    expect(policy, address).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    expect(headers['x-content-type-options'], address).toBe('nosniff');
    expect(headers['cross-origin-opener-policy'], address).toBe('same-origin');
    expect(headers['access-control-allow-origin'], address).toBeUndefined();
    expect(headers['strict-transport-security'], `${address}: plain http on the loopback`).toBeUndefined();
  }
  const [first, second] = await Promise.all([1, 2].map(async () => (await request.get(`${server.url}/sign-in`)).headers()['content-security-policy']));
  expect(first, 'a new nonce each time').not.toBe(second);
});

test('r50 r28 what concerns a person or a token is kept in no cache', async ({ server, person, request }) => {
  const page = await person(server);
  const link = await server.setupLink();
  const door = await request.get(link);
  expect(door.headers()['cache-control']).toContain('no-store');
  expect(door.headers()['referrer-policy']).toBe('no-referrer');
  await setUp(page, server);
  const home = await page.request.get('/');
  expect(home.headers()['cache-control']).toContain('no-store');
  expect(home.headers()['referrer-policy']).toBe('same-origin');
  expect(server.output.split(link.split('/').at(-1)).length - 1, 'the token is printed once and logged never').toBe(1);
});

test('static files are packed beforehand and kept for ever, under names that change with them', async ({ server, person, request }) => {
  const page = await person(server);
  const loaded = new Set();
  page.on('response', (response) => loaded.add(response.url()));
  await setUp(page, server);
  await settled(page);
  const files = [...loaded].filter((url) => /\.(css|js|wasm|part|svg|woff2)$/.test(new URL(url).pathname));
  const names = files.map((url) => url.split('/').at(-1));
  expect(names).toEqual(expect.arrayContaining(['keyholder.css', 'keyholder.js', 'keyholder.wasm', 'doors.part']));
  expect(names.filter((name) => /^(icons|figtree)/.test(name)).length, names.join(' ')).toBeGreaterThanOrEqual(2);
  for (const url of files) {
    expect(url).toMatch(/\/pkg\/[0-9a-f]{16}\/[\w.]+\.(css|js|wasm|part)$|\/[\w-]+\.[0-9a-f]{8}\.(svg|woff2)$/);
    const answer = await request.get(url, { headers: { 'Accept-Encoding': 'br' } });
    expect(answer.headers()['content-encoding'], url).toBe('br');
    expect(answer.headers()['cache-control'], url).toContain('immutable');
  }
});

test('it starts fast on an existing database, and its people stay signed in', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  expect(await server.stop()).toBe(0);
  const times = [];
  for (let time = 0; time < 3; time += 1) {
    times.push(await server.start());
    if (time < 2) await server.stop();
  }
  const median = [...times].sort((a, b) => a - b)[1];
  expect(median, `ms to /readyz: ${times.map(Math.round)}`).toBeLessThanOrEqual(COLD_START_MS);
  expect(await visit(page, '/settings/users')).toBe(200);
  await expect(page).toHaveURL('/settings/users');
});

test('a keep-alive client does not wait for TCP', async ({ server, person }) => {
  await setUp(await person(server), server);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const once = () =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      http
        .get(`${server.url}/sign-in`, { agent }, (response) => response.resume().on('end', () => resolve(performance.now() - began)))
        .on('error', reject);
    });
  const times = [];
  for (let time = 0; time < 20; time += 1) times.push(await once());
  agent.destroy();
  expect(times.sort((a, b) => a - b)[10], 'median, ms').toBeLessThan(30);
});

test('pages that are asked for at the same moment all come, each with its own title', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  const asked = { '/': 'Home', '/profile': 'My profile', '/settings/users': 'Users', '/settings/audit': 'Audit log' };
  const wrong = [];
  for (let round = 0; round < 25; round += 1) {
    const answers = Object.entries(asked).flatMap((each) => [each, each, each, each]);
    await Promise.all(
      answers.map(async ([address, title]) => {
        const answer = await page.request.get(address);
        const html = await answer.text();
        if (!html.includes(`<title>${title} · Keyholder</title>`)) wrong.push(`${address}: ${answer.status()}`);
      }),
    );
  }
  expect(wrong).toEqual([]);
});

test('a wrong setting ends the start with one clear sentence and exit code 2', async ({ server }) => {
  const cases = [
    ['--public-url', 'http://shop.example'],
    ['--listen', 'nowhere'],
    ['--mail', 'pigeon://loft'],
    ['--surplus', '1'],
  ];
  for (const setting of cases) {
    const ended = server.run('serve', ...setting);
    expect(ended.status, setting.join(' ')).toBe(2);
    expect(ended.stderr, setting.join(' ')).not.toMatch(/panicked|Error \{/);
  }
  const help = server.run('--help').stdout;
  for (const name of ['DATA_DIR', 'DATABASE_URL', 'LISTEN', 'PUBLIC_URL', 'MAIL', 'MAIL_CA_FILE', 'MAIL_FROM', 'SECRET_KEY_FILE', 'TRUSTED_PROXIES', 'LOG_FORMAT', 'LOG_LEVEL']) {
    expect(help).toContain(`KEYHOLDER_${name}`);
  }
});

test('a dead mail server delays no page', async ({ server, mailbox, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await mailbox.close();
  await visit(page, '/settings/users/new');
  await page.getByLabel('First name').fill('Dana');
  await page.getByLabel('Last name').fill('Whitlock');
  await page.getByLabel('Email').fill('dana@marlowfinch.example');
  await page.getByRole('group', { name: 'Groups', exact: true }).getByRole('checkbox', { name: /^Crew/ }).check();
  const began = performance.now();
  await page.getByRole('button', { name: 'Save and send invite' }).click();
  await told(page, 'Dana');
  expect(performance.now() - began).toBeLessThan(3_000);
  await signOut(page);
  await enter(page, OWNER);
});
