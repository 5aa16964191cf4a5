// Starts the release server as its owner would: a data folder of its own, a free port of the loopback, nothing shared.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN =
  process.env.KEYHOLDER_TEST_BIN ??
  path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'release', 'keyholder');
const READY_WITHIN = 20_000;
const STOPPED_WITHIN = 15_000;

/** A port of the loopback that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A new database on the PostgreSQL of KEYHOLDER_TEST_POSTGRES; without it undefined, which means SQLite in the data folder. */
export function newDatabase() {
  const server = process.env.KEYHOLDER_TEST_POSTGRES;
  if (!server) return undefined;
  const name = `end2end_${process.pid}_${Date.now()}`;
  const made = spawnSync('psql', [server, '-qc', `create database ${name}`], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`psql: ${made.error ?? made.stderr}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export class Keyholder {
  /** What the process printed since it was first started. */
  output = '';
  /** The data folder. */
  data;
  #process;
  #env;
  #through;

  /**
   * Settings are environment variables of Keyholder, such as { KEYHOLDER_MAIL: 'smtp://…' }; `data` is a folder to take instead of
   * a new one, `through` a command that starts the program, such as ['setpriv', …].
   */
  constructor(port, settings = {}, { data, through = [] } = {}) {
    this.url = `http://127.0.0.1:${port}`;
    this.data = data ?? mkdtempSync(path.join(os.tmpdir(), 'keyholder-'));
    this.#through = through;
    this.#env = {
      PATH: process.env.PATH,
      KEYHOLDER_DATA_DIR: this.data,
      KEYHOLDER_LISTEN: `127.0.0.1:${port}`,
      ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
    };
  }

  /** A running server on an empty database. */
  static async launch(settings, place) {
    const keyholder = new Keyholder(await freePort(), settings, place);
    await keyholder.start();
    return keyholder;
  }

  /** A running demo business; `people` holds one sign-in of each group: { group, name, email, password, stores }. */
  static async demo(args = [], settings, place) {
    const keyholder = new Keyholder(await freePort(), settings, place);
    const filled = keyholder.run('demo', '--json', ...args);
    if (filled.status !== 0) throw new Error(`keyholder demo: ${filled.stderr}`);
    keyholder.people = JSON.parse(filled.stdout);
    await keyholder.start();
    return keyholder;
  }

  /** The demo's sign-in for a group. */
  member(group) {
    const found = this.people.find((person) => person.group === group);
    if (!found) throw new Error(`the demo printed nobody of ${group}`);
    return found;
  }

  /** Starts the process and waits until /readyz says so; returns how many ms that took. */
  async start() {
    const began = performance.now();
    const [program, ...args] = [...this.#through, BIN, 'serve'];
    const child = spawn(program, args, { cwd: ROOT, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    // A run that fails must not leave a server behind.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
    }
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    while (!(await this.#answers('/readyz'))) {
      if (child.exitCode !== null || performance.now() - began > READY_WITHIN) {
        throw new Error(`keyholder is not ready (exit code ${child.exitCode}):\n${this.output}`);
      }
      await sleep(3);
    }
    return performance.now() - began;
  }

  /** Asks the process to end, as a service manager does; returns its exit code. */
  async stop() {
    if (!this.#process || this.#process.exitCode !== null || this.#process.signalCode !== null) return null;
    this.#process.kill('SIGTERM');
    const late = sleep(STOPPED_WITHIN, 'late', { ref: false });
    const how = await Promise.race([this.ended, late]);
    if (how === 'late') {
      this.#process.kill('SIGKILL');
      throw new Error('keyholder did not end after SIGTERM');
    }
    return how.code;
  }

  /** Ends the process as a power cut would. */
  async kill() {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** Stops and removes the data folder. */
  async remove() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Runs another command of the same installation: { status, stdout, stderr }. */
  run(...args) {
    const [program, ...before] = [...this.#through, BIN];
    return spawnSync(program, [...before, ...args], { cwd: ROOT, env: this.#env, encoding: 'utf8', maxBuffer: 1 << 28 });
  }

  /** Whether the process that was started last is still the one that runs. */
  get runs() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The one-time set-up link that an empty database prints. */
  async setupLink() {
    for (let tries = 0; tries < 200; tries += 1) {
      const link = /https?:\/\/[^\s"']+\/setup\/[\w-]+/.exec(this.output);
      if (link) return link[0];
      await sleep(10);
    }
    throw new Error(`no set-up link was printed:\n${this.output}`);
  }

  /** Resident memory in MB (1,000,000 bytes). */
  residentMegabytes() {
    return this.#megabytes('VmRSS');
  }

  /** The most resident memory in MB that there ever was since the start. */
  peakMegabytes() {
    return this.#megabytes('VmHWM');
  }

  /** CPU time used so far in ms, user and system together; the kernel counts in steps of 10 ms. */
  cpuMilliseconds() {
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  #megabytes(line) {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return (Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)[1]) * 1024) / 1e6;
  }

  #answers(address) {
    return new Promise((resolve) => {
      http
        .get(this.url + address, (response) => {
          response.resume();
          resolve(response.statusCode === 200);
        })
        .on('error', () => resolve(false));
    });
  }
}
