// Whoever can't sign in is told so in the same words and after the same time, whatever the reason (security requirement 11):
// the answers are the same to the last header, and the medians of 200 tries each lie within 5 ms.
import { Keyholder } from './support/server.js';
import { doorOf, signedIn, Wire } from './support/wire.js';

const TRIES = 200;
const WITHIN_MS = 5;
/** One more locks an account. */
const TRIES_OF_ONE = 4;
const PASSWORD = 'not the password at all';
/** What differs from answer to answer, whoever asks. */
const OF_THE_MOMENT = ['date', 'x-request-id'];

// More wrong tries than one address may make: each comes from another one, as a proxy would say.
const server = await Keyholder.demo(['--people', '200'], { KEYHOLDER_TRUSTED_PROXIES: '127.0.0.1' });
const door = await doorOf(server);
const owner = await signedIn(server, server.member('Super Admin'));
const wire = new Wire(server.url);
let asked = 0;

/** The addresses of everybody in a state. */
async function addresses(state) {
  const file = await owner.page('/exports/users.csv?deactivated=on');
  const lines = file.split('\r\n').filter((line) => line.includes(`,${state},`));
  return lines.map((line) => /[^,"\s]+@[^,"\s]+/.exec(line)[0]);
}

function ask(address, options) {
  asked += 1;
  const headers = { 'Accept-Encoding': 'identity', 'X-Forwarded-For': `198.18.${asked >> 8}.${asked & 255}`, ...options.headers };
  return wire.ask(address, { ...options, headers });
}

function tryToSignIn(email, accept) {
  return ask(door.action, { method: 'POST', form: door.fill({ email, password: PASSWORD }), headers: { Accept: accept } });
}

/** An answer in full, but for what belongs to the moment, and what was typed. */
function face({ status, headers, body }, email) {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.includes(name));
  const cookies = headers['set-cookie']?.map((line) => line.replace(/=[^;]*/, '=…').replace(/Expires=[^;]*/, 'Expires=…'));
  const all = JSON.stringify([status, { ...Object.fromEntries(kept), 'set-cookie': cookies }, body.toString('utf8')]);
  const [, nonce = email] = /'nonce-([^']+)'/.exec(headers['content-security-policy']) ?? [];
  return all.replaceAll(nonce, 'nonce').replaceAll(email, 'email');
}

/** What a refusal looks like: to script, to a form without it, and on the page where that form leads. */
async function faces(email) {
  const [told, sent] = [await tryToSignIn(email, 'application/json'), await tryToSignIn(email, 'text/html')];
  const Cookie = sent.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
  const page = await ask(sent.headers.location, { headers: { Cookie } });
  // The page holds what was typed, which is not equally long.
  delete page.headers['content-length'];
  return [told, sent, page].map((answer) => face(answer, email));
}

const demonstrated = server.people.map(({ email }) => email);
const [locked, ...working] = (await addresses('active')).filter((email) => !demonstrated.includes(email));
const [[invited], [deactivated]] = [await addresses('invited'), await addresses('deactivated')];
for (let time = 0; time <= TRIES_OF_ONE; time += 1) await tryToSignIn(locked, 'application/json');

const cases = {
  'unknown address': (time) => `nobody-${time}@marlowfinch.example`,
  'wrong password': (time) => working[Math.floor(time / TRIES_OF_ONE)],
  locked: () => locked,
  deactivated: () => deactivated,
  'open invite': () => invited,
};
const seen = [new Set(), new Set(), new Set()];
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (const email of Object.values(cases)) {
  for (const [at, words] of (await faces(email(TRIES))).entries()) seen[at].add(words);
}
for (let time = 0; time < TRIES; time += 1) {
  // In turns, so that a slower minute of the machine weighs on all of them.
  for (const [name, email] of Object.entries(cases)) {
    const began = performance.now();
    const answer = await tryToSignIn(email(time), 'application/json');
    times[name].push(performance.now() - began);
    seen[0].add(face(answer, email(time)));
  }
}
const nowLocked = await addresses('locked');
owner.close();
wire.close();
await server.remove();

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const medians = Object.entries(times).map(([name, values]) => [name, median(values)]);
for (const [name, value] of medians) console.log(`  ${name.padEnd(18)} ${value.toFixed(2)} ms`);
const values = medians.map(([, value]) => value);
const spread = Math.max(...values) - Math.min(...values);
const most = Math.max(...seen.map((answers) => answers.size));
console.log(`  apart: ${spread.toFixed(2)} ms, at most ${WITHIN_MS}; different answers: ${most}, at most 1`);
for (const [one, other] of seen.map((answers) => [...answers]).filter((answers) => answers.length > 1)) {
  const at = [...one].findIndex((letter, place) => letter !== other[place]);
  for (const answer of [one, other]) console.error(`  …${answer.slice(Math.max(0, at - 60), at + 60)}…`);
}
if (nowLocked.join() !== locked) console.error(`locked are ${nowLocked.join(', ')}, and should be ${locked} alone`);
process.exitCode = spread <= WITHIN_MS && most === 1 && nowLocked.join() === locked ? 0 : 1;
