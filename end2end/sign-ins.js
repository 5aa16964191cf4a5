// How many sign in in a second, against what Argon2 alone does on the same cores in the same minute; and 200 at once, which
// neither keep others waiting nor fill the memory (security requirement 8). KEYHOLDER_BARE_ARGON2 names the program that measures
// Argon2, for so many seconds, and prints two numbers: as the library is called by anybody, which is the one to reach, and with
// memory that is kept, the most that the cores can do, for comparison. On SQLite or on KEYHOLDER_TEST_POSTGRES.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv, openImport, sendFile, setUp, visit, DANA } from './support/acts.js';
import { Line, posted } from './support/line.js';
import { linkIn, Mailbox } from './support/mailbox.js';
import { Keyholder, newDatabase } from './support/server.js';
import { doorOf, Wire, withBrowser } from './support/wire.js';

const PEOPLE = 200;
const ROUNDS = 6;
const AT_ONCE = 16;
const BARE_SECONDS = 3;
const LEAST_SHARE = 0.9;
const HEALTHY_WITHIN_MS = 1_000;
const PEAK_MEGABYTES = 120;

const bare = process.env.KEYHOLDER_BARE_ARGON2;
if (!bare) throw new Error('KEYHOLDER_BARE_ARGON2 names no program that measures Argon2 alone');

const people = Array.from({ length: PEOPLE }, (_, at) => ({
  first: 'Robin',
  last: `Hale ${at}`,
  email: `robin-${at}@marlowfinch.example`,
  password: DANA.password,
  // Everybody always from the same place, so that no mail tells of a new device.
  place: `198.18.0.${at}`,
}));
const mailbox = await Mailbox.open();
const server = await Keyholder.launch({
  KEYHOLDER_MAIL: mailbox.url,
  KEYHOLDER_TRUSTED_PROXIES: '127.0.0.1',
  KEYHOLDER_DATABASE_URL: newDatabase(),
});

/** Does something for everybody, for so many at once, each over a connection of their own. */
async function forEverybody(everybody, atOnce, act) {
  const queue = everybody.values();
  const one = async () => {
    const line = new Line(server.url);
    for (const who of queue) await act(line, who);
    line.close();
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** Somebody's form as script posts it. */
function post(who, action, form) {
  return posted(server.url, action, form, { Accept: 'application/json', 'X-Forwarded-For': who.place });
}

/** Lets everybody in by the links of their mails. */
async function hire() {
  const link = async (who) => linkIn(await mailbox.lastTo(who.email), 'accept-invite');
  const { action, fields } = await withBrowser(server, async (page) => {
    await setUp(page, server);
    await openImport(page);
    await sendFile(page, csv(people.map((who) => `${who.first},${who.last},${who.email},Crew,Bath`)));
    await page.getByRole('button', { name: `Import ${PEOPLE} people` }).click();
    await visit(page, await link(people[0]));
    const form = page.locator('main form');
    return {
      action: await form.getAttribute('action'),
      fields: await form.evaluate((element) => Object.fromEntries(new FormData(element))),
    };
  });
  await forEverybody(people, AT_ONCE, async (line, who) => {
    const token = (await link(who)).split('/').at(-1);
    const status = await line.send(post(who, action, { ...fields, token, password: who.password, again: who.password }));
    if (status !== 200) throw new Error(`${who.email} accepts, and is answered ${status}`);
  });
}

async function signIn(line, who) {
  const status = await line.send(who.signsIn);
  if (status !== 200) throw new Error(`${who.email} signs in, and is answered ${status}`);
}

/** Hashes a second of Argon2 alone, with as many threads as there are cores: called plainly, and with memory kept. */
function hashes() {
  const { status, stdout, stderr, error } = spawnSync(bare, [String(BARE_SECONDS)], { encoding: 'utf8' });
  const numbers = (stdout ?? '').split(' ').map(Number);
  if (status !== 0 || numbers.length !== 2 || !numbers.every((number) => number > 0)) {
    throw new Error(`${bare}: ${error ?? stderr}${stdout}`);
  }
  return numbers;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Sign-ins a second, everybody once. What this client takes of the cores meanwhile is no time of theirs: Argon2 alone has none. */
async function signIns() {
  const began = performance.now();
  const own = process.cpuUsage();
  await forEverybody(people, AT_ONCE, signIn);
  const { user, system } = process.cpuUsage(own);
  const client = (user + system) / 1_000 / os.availableParallelism();
  return (PEOPLE / (performance.now() - began - client)) * 1_000;
}

/** How long /healthz took at the most, in ms, until something is over. */
async function slowestHealth(work) {
  let over = false;
  work.finally(() => (over = true));
  const wire = new Wire(server.url);
  let slowest = 0;
  while (!over) {
    const began = performance.now();
    const { status } = await wire.ask('/healthz');
    slowest = Math.max(slowest, performance.now() - began);
    if (status !== 200) throw new Error(`/healthz answered ${status}`);
    await sleep(10);
  }
  wire.close();
  return slowest;
}

const failures = [];
const hold = (fine, words) => {
  console.log(`  ${words}`);
  if (!fine) failures.push(words);
};

await hire();
const door = await doorOf(server);
for (const who of people) who.signsIn = post(who, door.action, door.fill(who));
await signIns();

const shares = [[], []];
let before = hashes();
for (let round = 0; round < ROUNDS; round += 1) {
  const rate = await signIns();
  const after = hashes();
  const alone = after.map((number, at) => (number + before[at]) / 2);
  for (const [at, number] of alone.entries()) shares[at].push(rate / number);
  const told = alone.map((number, at) => `${number.toFixed(1)} (${shares[at].at(-1).toFixed(3)})`);
  console.log(`  ${rate.toFixed(1)} sign-ins a second; hashes alone: ${told[0]}, with memory kept: ${told[1]}`);
  before = after;
}
const [share, most] = shares.map(median);
hold(share >= LEAST_SHARE, `sign-ins against Argon2 alone, the median: ${share.toFixed(3)}, at least ${LEAST_SHARE}`);
console.log(`  sign-ins against Argon2 with memory kept, the median: ${most.toFixed(3)}`);

const refused = [];
let strange = 0;
const crowd = forEverybody(people, PEOPLE, async (line, who) => {
  const status = await line.send(who.signsIn);
  if (status === 503) refused.push(who);
  else if (status !== 200) strange += 1;
});
const slowest = await slowestHealth(crowd);
await crowd;
const peak = server.peakMegabytes();
hold(
  strange === 0 && refused.length < PEOPLE,
  `${PEOPLE} at once: ${PEOPLE - refused.length - strange} in, ${refused.length} told to come back, ${strange} answered otherwise`,
);
hold(slowest <= HEALTHY_WITHIN_MS, `/healthz meanwhile: ${slowest.toFixed(0)} ms, at most ${HEALTHY_WITHIN_MS}`);
hold(
  peak <= PEAK_MEGABYTES,
  `resident memory: ${peak.toFixed(1)} MB at the peak, at most ${PEAK_MEGABYTES}; ${server.residentMegabytes().toFixed(1)} after it`,
);
await forEverybody(refused, AT_ONCE, signIn);

await server.remove();
await mailbox.close();
for (const failure of failures) console.error(`over budget: ${failure}`);
process.exitCode = failures.length ? 1 : 0;
