// One keep-alive connection to the server, as a browser's: what the timed and the long runs speak through.
import http from 'node:http';
import { chromium } from '@playwright/test';
import { enter } from './acts.js';
import { CHROMIUM, DESKTOP } from './browser.js';

// What Chromium sends with a page; compressing the answer is part of what a page costs.
const AS_BROWSER = { Accept: 'text/html', 'Accept-Encoding': 'gzip, deflate, br, zstd', 'Sec-Fetch-Site': 'same-origin' };

export class Wire {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  #url;
  #cookie;

  constructor(url, cookie) {
    this.#url = url;
    this.#cookie = cookie;
  }

  /** Asks for an address, with a form or another body; answers { status, headers, body } with the body as it was sent. */
  ask(address, { method = 'GET', headers = {}, form, type = 'application/x-www-form-urlencoded', body = form && new URLSearchParams(form).toString() } = {}) {
    const sent = Object.fromEntries(Object.entries({ ...AS_BROWSER, ...headers }).filter(([, value]) => value !== undefined));
    if (this.#cookie) sent.Cookie = this.#cookie;
    if (body !== undefined) {
      sent['Content-Type'] = type;
      sent['Content-Length'] = Buffer.byteLength(body);
    }
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(address, this.#url), { method, agent: this.#agent, headers: sent }, (response) => {
        const parts = [];
        response.on('error', reject).on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      });
      request.on('error', reject).end(body);
    });
  }

  /** The readable text of a page. */
  async page(address) {
    const { status, body } = await this.ask(address, { headers: { 'Accept-Encoding': 'identity' } });
    if (status !== 200) throw new Error(`${address} answered ${status}`);
    return body.toString('utf8');
  }

  close() {
    this.#agent.destroy();
  }
}

/** Runs something with a page of a browser at the server, then closes the browser. */
export async function withBrowser(server, run) {
  const browser = await chromium.launch(CHROMIUM);
  try {
    const context = await browser.newContext({ baseURL: server.url, viewport: DESKTOP, locale: 'en-GB' });
    return await run(await context.newPage());
  } finally {
    await browser.close();
  }
}

/** The sign-in form as a browser would send it: where to, and what, filled with somebody's email and password. */
export function doorOf(server) {
  return withBrowser(server, async (page) => {
    await page.goto('/sign-in');
    const form = page.locator('main form');
    const action = await form.getAttribute('action');
    const hidden = await form.evaluate((element) =>
      [...element.querySelectorAll('input[type=hidden]')].map(({ name, value }) => [name, value]),
    );
    const name = (label) => page.getByLabel(label, { exact: true }).getAttribute('name');
    const [email, password] = [await name('Email'), await name('Password')];
    return { action, fill: (who) => [...hidden, [email, who.email], [password, who.password]] };
  });
}

/** The Cookie header of a page's browser. */
export async function cookieOf(page) {
  const cookies = await page.context().cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** Signs somebody in with a browser and goes on without it. */
export function signedIn(server, who) {
  return withBrowser(server, async (page) => {
    await enter(page, who);
    return new Wire(server.url, await cookieOf(page));
  });
}
