// kill -9 under a writing load, 20 times or KEYHOLDER_TEST_ROUNDS, on SQLite or on KEYHOLDER_TEST_POSTGRES: every change that was
// acknowledged is there afterwards, the audit chain verifies, and the server is ready again within 5 s.
import { setTimeout as sleep } from 'node:timers/promises';
import { setUp } from './support/acts.js';
import { Inviting } from './support/inviting.js';
import { Keyholder, newDatabase } from './support/server.js';
import { withBrowser } from './support/wire.js';

const ROUNDS = Number(process.env.KEYHOLDER_TEST_ROUNDS ?? 20);
const WRITERS = 8;
const READY_WITHIN_MS = 5_000;

const server = await Keyholder.launch({ KEYHOLDER_DATABASE_URL: newDatabase() });
const inviting = await withBrowser(server, async (page) => {
  await setUp(page, server);
  return Inviting.by(page, server);
});
const { acknowledged } = inviting;

/** Invites one person after the other until the server is gone. */
async function write() {
  const wire = inviting.wire();
  try {
    for (;;) {
      const { status, body } = await inviting.one(wire);
      if (status !== 200) throw new Error(`refused with ${status}: ${body.toString('latin1').slice(0, 200)}`);
    }
  } catch (problem) {
    if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(problem.code)) throw problem;
  } finally {
    wire.close();
  }
}

for (let round = 1; round <= ROUNDS; round += 1) {
  const writers = Array.from({ length: WRITERS }, write);
  const before = acknowledged.length;
  await sleep(300 + Math.random() * 1_200);
  await server.kill();
  await Promise.all(writers);
  const ready = await server.start();
  const found = await inviting.listed();
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
