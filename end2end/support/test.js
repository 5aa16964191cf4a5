// The test function of all journeys: each test has its own server, its own mailbox, and one browser context a person.
// A console message of level warning or error, an error of a page, or a server that grew too large fails the test.
import { test as base, expect } from '@playwright/test';
import { Mailbox } from './mailbox.js';
import { Keyholder } from './server.js';
import { withoutScript } from './acts.js';

const RESIDENT_MEGABYTES = 60;

/** Listens to everything that a browser complains about. */
class Guard {
  #complaints = [];
  #expected = [];

  watch(context) {
    context.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) {
        this.#complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (problem) => this.#complaints.push(`page error: ${problem.error()}`));
  }

  /** Without script nothing uses what the page fetches ahead for its script. */
  expectUnusedPreload() {
    this.#expected.push('was preloaded using link preload but not used');
  }

  /** A test that keeps a file from being loaded. */
  expectLost() {
    this.#expected.push('net::ERR_FAILED', 'Failed to fetch');
  }

  /** Chromium reports each answer of 4xx as an error: a test that asks for one names its status. */
  expectStatus(...statuses) {
    this.#expected.push(...statuses.map((status) => `status of ${status} `));
  }

  complaints() {
    return this.#complaints.filter((text) => !this.#expected.some((expected) => text.includes(expected)));
  }
}

async function useServer(server, use, info) {
  await use(server);
  if (info.status !== info.expectedStatus) {
    await info.attach('server output', { body: server.output, contentType: 'text/plain' });
  }
}

export const test = base.extend({
  mailbox: async ({}, use) => {
    const mailbox = await Mailbox.open();
    await use(mailbox);
    await mailbox.close();
  },

  /** A server on an empty database. */
  server: async ({ mailbox }, use, info) => {
    const server = await Keyholder.launch({ KEYHOLDER_MAIL: mailbox.url });
    await useServer(server, use, info);
    const resident = server.residentMegabytes();
    const exit = await server.stop();
    await server.remove();
    expect(resident, 'resident memory of the server, MB').toBeLessThanOrEqual(RESIDENT_MEGABYTES);
    expect(exit, 'exit code after SIGTERM').toBe(0);
  },

  /** One demo business for all tests of a worker: read it, change nothing that another test counts on. */
  sample: [
    async ({}, use) => {
      const server = await Keyholder.demo(['--people', '200']);
      await use(server);
      const resident = server.residentMegabytes();
      await server.remove();
      expect(resident, 'resident memory of the demo server, MB').toBeLessThanOrEqual(RESIDENT_MEGABYTES);
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  demo: async ({ sample }, use, info) => useServer(sample, use, info),

  guard: [
    async ({}, use) => {
      const guard = new Guard();
      await use(guard);
      expect(guard.complaints(), 'complaints of the browser').toEqual([]);
    },
    { auto: true },
  ],

  /** Opens a page in a browser of its own, at a server: `await person(server)`. */
  person: async ({ browser, guard, javaScriptEnabled }, use) => {
    const contexts = [];
    await use(async (server, options = {}) => {
      const context = await browser.newContext({ baseURL: server.url, ...options });
      contexts.push(context);
      guard.watch(context);
      if (javaScriptEnabled === false) {
        withoutScript(context);
        guard.expectUnusedPreload();
      }
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };
