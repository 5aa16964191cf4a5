// The writing load of the long runs: people invited over the wire, one after the other, and which of them were acknowledged.
import { cookieOf, Wire } from './wire.js';

export class Inviting {
  /** Addresses whose invitation was answered with 200, and those that got another answer. */
  acknowledged = [];
  refused = [];
  #server;
  #cookie;
  #action;
  #fields;
  #sent = 0;

  /** By the person who is signed in on a page: the invitation form's own address and field names, as a browser would send them. */
  static async by(page, server) {
    const inviting = new Inviting();
    await page.goto('/settings/users/new');
    const name = (label) => page.getByLabel(label).getAttribute('name');
    const choices = (legend) => page.getByRole('group', { name: legend, exact: true }).getByRole('checkbox');
    await choices('Groups').and(page.getByRole('checkbox', { name: /^Crew/ })).check();
    if ((await choices('Stores').count()) > 0) await choices('Stores').first().check();
    const form = page.locator('main form').filter({ has: page.getByLabel('First name') });
    inviting.#server = server;
    inviting.#cookie = await cookieOf(page);
    inviting.#action = await form.getAttribute('action');
    inviting.#fields = {
      fixed: await form.evaluate((element) => [...new FormData(element)].filter(([, value]) => value !== '')),
      first: await name('First name'),
      last: await name('Last name'),
      email: await name('Email'),
    };
    return inviting;
  }

  get cookie() {
    return this.#cookie;
  }

  /** A connection of the one who invites. */
  wire() {
    return new Wire(this.#server.url, this.#cookie);
  }

  /** Invites the next person and keeps what became of it: { email, status, headers, body }. */
  async one(wire) {
    this.#sent += 1;
    const number = this.#sent;
    const email = `person-${number}@soak.example`;
    const { fixed, first, last, email: address } = this.#fields;
    const form = [...fixed, [first, 'Soak'], [last, `Number ${number}`], [address, email]];
    const answer = await wire.ask(this.#action, { method: 'POST', form, headers: { Accept: 'application/json' } });
    (answer.status === 200 ? this.acknowledged : this.refused).push(email);
    return { ...answer, email };
  }

  /** Every address of the list of users, from its first page to its last. */
  async listed() {
    const wire = this.wire();
    const found = new Set();
    for (let address = '/settings/users'; address; ) {
      const html = await wire.page(address);
      for (const [email] of html.matchAll(/person-\d+@soak\.example/g)) found.add(email);
      const next = /<a[^>]*href="([^"]+)"[^>]*>\s*(?:<[^>]*>\s*)*Next/.exec(html);
      address = next && new URL(next[1].replaceAll('&amp;', '&'), this.#server.url + address).href.slice(this.#server.url.length);
    }
    wire.close();
    return found;
  }
}
