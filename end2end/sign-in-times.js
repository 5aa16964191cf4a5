// Whoever can't sign in is told so after the same time, whatever the reason (security requirement 11): the medians of 200
// tries each lie within 5 ms.
import { accept, deactivate, invite, openUser, setUp, signOut, DANA, OWNER } from './support/acts.js';
import { Mailbox } from './support/mailbox.js';
import { Keyholder } from './support/server.js';
import { Wire, withBrowser } from './support/wire.js';

const TRIES = 200;
const WITHIN_MS = 5;
const INVITED = { ...DANA, first: 'Ines', last: 'Duarte', email: 'ines@marlowfinch.example' };

const mailbox = await Mailbox.open();
// More wrong tries than one address may make: each comes from another one, as a proxy would say.
const server = await Keyholder.launch({ KEYHOLDER_MAIL: mailbox.url, KEYHOLDER_TRUSTED_PROXIES: '127.0.0.1' });

// The form's own address and field names, as a browser would send them.
const form = await withBrowser(server, async (page) => {
  await setUp(page, server);
  await invite(page, mailbox, INVITED, { groups: ['Crew'] });
  const link = await invite(page, mailbox, DANA, { groups: ['Crew'] });
  const context = await page.context().browser().newContext({ baseURL: server.url });
  await accept(await context.newPage(), link, DANA);
  await openUser(page, DANA);
  await deactivate(page, DANA);
  await signOut(page);
  await page.goto('/sign-in');
  return {
    action: await page.locator('main form').getAttribute('action'),
    email: await page.getByLabel('Email').getAttribute('name'),
    password: await page.getByLabel('Password', { exact: true }).getAttribute('name'),
    hidden: await page.locator('main form').evaluate((element) =>
      Object.fromEntries([...element.querySelectorAll('input[type=hidden]')].map(({ name, value }) => [name, value])),
    ),
  };
});

const cases = {
  'unknown address': 'nobody@marlowfinch.example',
  'wrong password': OWNER.email,
  'open invite': INVITED.email,
  deactivated: DANA.email,
};
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
const faces = new Set();
const wire = new Wire(server.url);
for (let time = 0; time < TRIES; time += 1) {
  // In turns, so that a slower minute of the machine weighs on all of them.
  for (const [name, email] of Object.entries(cases)) {
    const fields = { ...form.hidden, [form.email]: email, [form.password]: 'not the password at all' };
    const headers = { Accept: 'application/json', 'X-Forwarded-For': `198.51.100.${time}` };
    const began = performance.now();
    const answer = await wire.ask(form.action, { method: 'POST', form: fields, headers });
    times[name].push(performance.now() - began);
    faces.add(`${answer.status} ${answer.body.toString('latin1')}`);
  }
}
wire.close();
await server.remove();
await mailbox.close();

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const medians = Object.entries(times).map(([name, values]) => [name, median(values)]);
for (const [name, value] of medians) console.log(`  ${name.padEnd(18)} ${value.toFixed(2)} ms`);
const values = medians.map(([, value]) => value);
const spread = Math.max(...values) - Math.min(...values);
console.log(`  apart: ${spread.toFixed(2)} ms, at most ${WITHIN_MS}; different answers: ${faces.size}, at most 1`);
process.exitCode = spread <= WITHIN_MS && faces.size === 1 ? 0 : 1;
