// kill -9 under a writing load, 20 times, on SQLite or on KEYHOLDER_TEST_POSTGRES: every change that was acknowledged is
// there afterwards, the audit chain verifies, and the server is ready again within 5 s.
import { setTimeout as sleep } from 'node:timers/promises';
import { setUp } from './support/acts.js';
import { Keyholder, newDatabase } from './support/server.js';
import { cookieOf, Wire, withBrowser } from './support/wire.js';

const ROUNDS = 20;
const WRITERS = 8;
const READY_WITHIN_MS = 5_000;

const server = await Keyholder.launch({ KEYHOLDER_DATABASE_URL: newDatabase() });

// The invitation form's own address and field names, as a browser would send them.
const { cookie, action, fields } = await withBrowser(server, async (page) => {
  await setUp(page, server);
  await page.goto('/settings/users/new');
  const name = (label) => page.getByLabel(label).getAttribute('name');
  const crew = page.getByRole('group', { name: 'Groups', exact: true }).getByRole('checkbox', { name: /^Crew/ });
  await crew.check();
  const form = page.locator('main form').filter({ has: page.getByLabel('First name') });
  return {
    cookie: await cookieOf(page),
    action: await form.getAttribute('action'),
    fields: {
      fixed: await form.evaluate((element) => [...new FormData(element)].filter(([, value]) => value !== '')),
      first: await name('First name'),
      last: await name('Last name'),
      email: await name('Email'),
    },
  };
});

const acknowledged = [];
let sent = 0;

/** Invites one person after the other until the server is gone. */
async function write() {
  const wire = new Wire(server.url, cookie);
  try {
    for (;;) {
      sent += 1;
      const email = `person-${sent}@soak.example`;
      const form = [...fields.fixed, [fields.first, 'Soak'], [fields.last, `Number ${sent}`], [fields.email, email]];
      const answer = await wire.ask(action, { method: 'POST', form, headers: { Accept: 'application/json' } });
      if (answer.status !== 200) throw new Error(`refused with ${answer.status}: ${answer.body.toString('latin1').slice(0, 200)}`);
      acknowledged.push(email);
    }
  } catch (problem) {
    if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(problem.code)) throw problem;
  } finally {
    wire.close();
  }
}

/** Every address of the list of users, from its first page to its last. */
async function listed() {
  const wire = new Wire(server.url, cookie);
  const found = new Set();
  for (let address = '/settings/users'; address; ) {
    const html = await wire.page(address);
    for (const [email] of html.matchAll(/person-\d+@soak\.example/g)) found.add(email);
    const next = /<a[^>]*href="([^"]+)"[^>]*>\s*(?:<[^>]*>\s*)*Next/.exec(html);
    address = next && new URL(next[1].replaceAll('&amp;', '&'), server.url + address).href.slice(server.url.length);
  }
  wire.close();
  return found;
}

for (let round = 1; round <= ROUNDS; round += 1) {
  const writers = Array.from({ length: WRITERS }, write);
  const before = acknowledged.length;
  await sleep(300 + Math.random() * 1_200);
  await server.kill();
  await Promise.all(writers);
  const ready = await server.start();
  const found = await listed();
  const lost = acknowledged.filter((email) => !found.has(email));
  const audit = server.run('audit', 'verify');
  console.log(
    `round ${round}: ${acknowledged.length - before} acknowledged, ${acknowledged.length} in all, ${lost.length} lost, ` +
      `ready in ${ready.toFixed(0)} ms, audit verify ${audit.status === 0 ? 'holds' : 'FAILS'}`,
  );
  if (lost.length || ready > READY_WITHIN_MS || audit.status !== 0 || acknowledged.length === before) {
    console.error(lost.slice(0, 5).join(' '), audit.stdout, audit.stderr);
    process.exitCode = 1;
    break;
  }
}
await server.remove();
if (!process.exitCode) console.log(`kept all ${acknowledged.length} acknowledged changes over ${ROUNDS} kills`);
