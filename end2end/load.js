// What a page costs the server in CPU time, with 1,000 and with 100,000 people, on SQLite or on KEYHOLDER_TEST_POSTGRES.
// Fails when a budget is passed.
import { Keyholder, newDatabase } from './support/server.js';
import { signedIn, Wire } from './support/wire.js';

const SIZES = [1_000, 100_000];
/**
 * The cheapest of some batches counts: other work on the same cores makes a request dearer, never cheaper. The kinds take
 * turns, so that a busy moment does not fall on all batches of one.
 */
const BATCHES = 6;
const IN_A_BATCH = 400;
const WARM_UP = 50;
const MOST_GROWTH = 2;
const FILL_SECONDS = 60;
/** What must cost about the same with many people as with few. */
const LISTS = [
  'users list',
  'a middle page',
  'a search',
  'a common word',
  'two letters',
  'a rare group',
  'a frequent group',
  'a store',
  'who is locked',
  'who is active',
];
/** CPU budgets in ms. */
const BUDGET = { 'users list': 1, 'a middle page': 1, 'a search': 3, 'a refused request': 0.2 };

const failures = [];
const hold = (fine, words) => {
  if (!fine) failures.push(words);
};

/** The address of the page in the middle of the list, found as a person would: by going on. */
async function middle(wire, people) {
  let address = '/settings/users';
  for (let seen = 0; seen < people / 2; ) {
    const html = await wire.page(address);
    seen += html.match(/class="row-link"/g).length;
    const next = /<a[^>]*href="([^"]+)"[^>]*>\s*(?:<[^>]*>\s*)*Next/.exec(html);
    if (!next) throw new Error(`the list ended after ${seen} of ${people} people`);
    address = new URL(next[1].replaceAll('&amp;', '&'), `http://nowhere${address}`).href.replace('http://nowhere', '');
  }
  return address;
}

/** Four letters of the name of somebody in the middle. */
async function searchFor(wire, address) {
  const name = /class="row-link"[^>]*>([^<]+)</.exec(await wire.page(address))[1];
  return name.trim().split(' ').at(-1).slice(0, 4).toLowerCase();
}

/** The value of a choice among the list's filters. */
function choice(html, filter, name) {
  const select = new RegExp(`<select name="${filter}".*?</select>`, 's').exec(html)[0];
  return new RegExp(`<option value="([^"]+)"[^>]*>${name}<`).exec(select)[1];
}

/** CPU ms of the server for one request of a kind, in one batch, and the size of an answer. */
async function batch(server, [wire, address, options, status]) {
  const once = async () => {
    const answer = await wire.ask(address, options);
    if (answer.status !== status) throw new Error(`${address} answered ${answer.status}, expected ${status}`);
    return answer.body.length;
  };
  let size;
  for (let time = 0; time < WARM_UP; time += 1) size = await once();
  const before = server.cpuMilliseconds();
  for (let time = 0; time < IN_A_BATCH; time += 1) await once();
  return { cpu: (server.cpuMilliseconds() - before) / IN_A_BATCH, size };
}

async function measure(people) {
  const began = performance.now();
  const server = await Keyholder.demo(['--people', String(people)], { KEYHOLDER_DATABASE_URL: newDatabase() });
  const seconds = (performance.now() - began) / 1000;
  console.log(`\n${people} people: filled and started in ${seconds.toFixed(1)} s`);
  hold(seconds <= FILL_SECONDS, `filling ${people} people took ${seconds.toFixed(0)} s, at most ${FILL_SECONDS}`);
  const owner = await signedIn(server, server.member('Super Admin'));
  const crew = await signedIn(server, server.member('Crew'));
  const anyone = new Wire(server.url);
  const between = await middle(owner, people);
  const found = `/settings/users?q=${encodeURIComponent(await searchFor(owner, between))}`;
  const first = await owner.page('/settings/users');
  const filtered = (filter, name) => [owner, `/settings/users?${filter}=${choice(first, filter, name)}`, {}, 200];
  const api = { method: 'POST', form: {}, headers: { Accept: 'application/json' } };
  const kinds = {
    'users list': [owner, '/settings/users', {}, 200],
    'a middle page': [owner, between, {}, 200],
    'a search': [owner, found, {}, 200],
    'a common word': [owner, '/settings/users?q=example', {}, 200],
    'two letters': [owner, '/settings/users?q=ma', {}, 200],
    'a rare group': filtered('group', 'Operations'),
    'a frequent group': filtered('group', 'Sales'),
    'a store': filtered('store', 'Bath'),
    'who is locked': filtered('status', 'Locked'),
    'who is active': filtered('status', 'Active'),
    'users list, not compressed': [owner, '/settings/users', { headers: { 'Accept-Encoding': 'identity' } }, 200],
    'a refused request': [crew, '/api/users/list', api, 403],
    'a refused page': [crew, '/settings/users', {}, 403],
    'the sign-in page': [anyone, '/sign-in', {}, 200],
  };
  const costs = {};
  const sizes = {};
  for (let turn = 0; turn < BATCHES; turn += 1) {
    for (const [name, kind] of Object.entries(kinds)) {
      const { cpu, size } = await batch(server, kind);
      costs[name] = Math.min(costs[name] ?? Infinity, cpu);
      sizes[name] = size;
    }
  }
  for (const [name, cpu] of Object.entries(costs)) {
    const size = sizes[name];
    const budget = BUDGET[name] ? `, at most ${BUDGET[name]}` : '';
    console.log(`  ${name.padEnd(28)} ${cpu.toFixed(3)} ms CPU${budget}, ${(size / 1000).toFixed(1)} KB`);
    hold(!BUDGET[name] || cpu <= BUDGET[name], `${name} with ${people} people: ${cpu.toFixed(3)} ms CPU${budget}`);
  }
  console.log(`  resident memory ${server.residentMegabytes().toFixed(1)} MB`);
  for (const wire of [owner, crew, anyone]) wire.close();
  await server.remove();
  return costs;
}

const [few, many] = [await measure(SIZES[0]), await measure(SIZES[1])];
console.log(`\nmany people against few:`);
for (const name of LISTS) {
  const growth = many[name] / few[name];
  console.log(`  ${name.padEnd(28)} ${growth.toFixed(2)} times, at most ${MOST_GROWTH}`);
  hold(growth <= MOST_GROWTH, `${name} costs ${growth.toFixed(2)} times as much with ${SIZES[1]} people`);
}
for (const failure of failures) console.error(`over budget: ${failure}`);
process.exitCode = failures.length ? 1 : 0;
