import { readFileSync } from 'node:fs';
import path from 'node:path';
import { accept, addStore, invite, setUp, DANA } from '../support/acts.js';
import { ROOT } from '../support/server.js';
import { expect, test } from '../support/test.js';
import { cookieOf, Wire } from '../support/wire.js';

// Every operation that the generated table of permissions names.
const OPERATIONS = [...new Set(readFileSync(path.join(ROOT, 'docs/permissions.md'), 'utf8').match(/\/api\/[\w/-]+/g))];

const FORM = 'application/x-www-form-urlencoded';
const SAME_ORIGIN = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
// What an old browser does not say.
const UNSAID = { 'Sec-Fetch-Site': undefined };
const NOTHING = '00000000-0000-7000-8000-000000000000';

// What no operation may take: always a refusal.
const MALFORMED = {
  'an unknown field': { type: FORM, body: 'surplus=1' },
  'a right smuggled in': { type: FORM, body: 'is_super=true&user_id=1&store_ids=all&role=admin' },
  'broken percent signs': { type: FORM, body: 'email=%ZZ&id=%' },
  'bytes that are no text': { type: FORM, body: 'email=%ff%fe&first=%c3%28' },
  'a NUL': { type: FORM, body: 'email=a%00b&q=%00' },
  'nesting without end': { type: FORM, body: `a${'[b]'.repeat(2_000)}=1` },
  'JSON for a form': { type: 'application/json', body: '{"email":{"$gt":""},"id":17}' },
  'text for a form': { type: 'text/plain', body: 'email=a@b.example' },
  'a file for a form': { type: 'multipart/form-data; boundary=x', body: '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na\r\n--x--\r\n' },
  'a body far too large': { type: FORM, body: `note=${'x'.repeat(1_000_000)}` },
};

// What some operations take: an answer below 500.
const ODD = {
  'nothing at all': { type: FORM, body: '' },
  'ids that are none': { type: FORM, body: 'id=not-an-id' },
  'ids of nobody': { type: FORM, body: `id=${NOTHING}` },
  'a field twice': { type: FORM, body: `id=${NOTHING}&id=${NOTHING}` },
  'a list for one': { type: FORM, body: 'id[]=1&email[]=a@b.example&email[]=c@d.example' },
};

const LEAKS = /panicked|sqlx|SELECT |INSERT |UPDATE |rusqlite|\.rs:\d+|RUST_BACKTRACE|stack backtrace/;

test('operations stand in the generated table', () => {
  expect(OPERATIONS.length).toBeGreaterThanOrEqual(20);
  expect(OPERATIONS).toContain('/api/users/invite');
});

test('malformed input at any door is refused clearly and changes nothing', async ({ server, mailbox, person }) => {
  test.setTimeout(300_000);
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Bath'] }), DANA);
  const mails = mailbox.mails.length;

  const look = async () => {
    const seen = [];
    for (const address of ['/settings/users?deactivated=on', '/settings/stores']) {
      seen.push(await (await owner.request.get(address)).text().then((html) => html.match(/<tbody[^]*?<\/tbody>/)?.[0]));
    }
    return seen;
  };
  const before = await look();
  expect(before.every(Boolean)).toBe(true);

  const callers = { nobody: new Wire(server.url), Dana: new Wire(server.url, await cookieOf(dana)), Eleanor: new Wire(server.url, await cookieOf(owner)) };
  const wrong = [];
  for (const [who, wire] of Object.entries(callers)) {
    const ask = async (operation, what, options, fine) => {
      const { status, body } = await wire.ask(operation, options);
      if (!fine(status) || LEAKS.test(body)) wrong.push(`${who}, ${operation}, ${what}: ${status} ${String(body).slice(0, 200)}`);
    };
    for (const operation of OPERATIONS.filter((name) => name !== '/api/sign-out')) {
      const post = (what, sent, headers, fine) => ask(operation, what, { method: 'POST', ...sent, headers }, fine);
      const refused = (status) => status >= 400 && status < 500;
      for (const [what, sent] of Object.entries(MALFORMED)) await post(what, sent, SAME_ORIGIN, refused);
      for (const [what, sent] of Object.entries(ODD)) await post(what, sent, SAME_ORIGIN, (status) => status < 500);
      // r47: nothing that another site can send is taken.
      for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { ...UNSAID, Origin: 'null' }, { ...UNSAID, Origin: 'https://evil.example' }, UNSAID]) {
        await post(`from ${JSON.stringify(headers)}`, ODD['nothing at all'], headers, (status) => status === 403);
      }
      // r48: and nothing by a method that reads.
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
        await ask(operation, method, { method, headers: SAME_ORIGIN }, (status) => [404, 405].includes(status));
      }
    }
    wire.close();
  }
  expect(wrong).toEqual([]);
  expect(await look()).toEqual(before);
  expect(mailbox.mails).toHaveLength(mails);
  expect(server.run('audit', 'verify').status).toBe(0);
  expect(server.output).not.toMatch(/panicked/);
});

test('malformed addresses are refused clearly', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  const addresses = [
    '/settings/users?page=-1', '/settings/users?page=99999999999999999999', '/settings/users?after=%ff', '/settings/users?before=zzz',
    '/settings/users?sort=;drop', '/settings/users?q=%00', `/settings/users?q=${'x'.repeat(6_000)}`, '/settings/users?group=not-an-id',
    '/settings/users?status=nothing', '/settings/users/%2e%2e%2fetc', '/settings/stores/1', '/sign-in?next=%ff', '/accept-invite/', '/%',
  ];
  for (const address of addresses) {
    const answer = await owner.request.get(address);
    expect(answer.status(), address).toBeLessThan(500);
    expect(await answer.text(), address).not.toMatch(LEAKS);
  }
});
