// An SMTP server that keeps what it is given: the other end of the wire for every mail that Keyholder sends.
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const ARRIVES_WITHIN = 10_000;

export class Mailbox {
  /** Every mail so far: { to, from, subject, text, html, headers }; `to` are the addresses of the envelope. */
  mails = [];
  #server;
  #closed;

  static async open() {
    const mailbox = new Mailbox();
    mailbox.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: async (stream, session, done) => {
        const parts = [];
        for await (const part of stream) parts.push(part);
        const mail = await PostalMime.parse(Buffer.concat(parts));
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mailbox.mails.push({ ...mail, to });
        done();
      },
    });
    await new Promise((resolve, reject) => {
      mailbox.#server.on('error', reject).listen(0, '127.0.0.1', resolve);
    });
    mailbox.url = `smtp://127.0.0.1:${mailbox.#server.server.address().port}`;
    return mailbox;
  }

  /** All mails that went to an address. */
  to(address) {
    return this.mails.filter((mail) => mail.to.includes(address));
  }

  /** The newest mail to an address, once there are at least `count`. */
  async lastTo(address, count = 1) {
    for (const deadline = Date.now() + ARRIVES_WITHIN; Date.now() < deadline; await sleep(20)) {
      if (this.to(address).length >= count) return this.to(address).at(-1);
    }
    throw new Error(`${this.to(address).length} mails to ${address}, expected ${count}`);
  }

  /** The newest mail to an address whose subject says these words, once there is one. */
  async lastAbout(address, words) {
    const found = () => this.to(address).filter((mail) => mail.subject.includes(words));
    for (const deadline = Date.now() + ARRIVES_WITHIN; Date.now() < deadline; await sleep(20)) {
      if (found().length > 0) return found().at(-1);
    }
    throw new Error(`no mail to ${address} about ${words}, but ${this.to(address).map((mail) => mail.subject).join('; ')}`);
  }

  /** Ends it, so that mail finds nobody there; a second time does nothing. */
  close() {
    this.#closed ??= new Promise((resolve) => this.#server.close(resolve));
    return this.#closed;
  }
}

/** The link of a kind, such as 'accept-invite', in a mail: the same in its text and in its HTML. */
export function linkIn(mail, kind) {
  const pattern = new RegExp(`https?://[^\\s"'<>]+/${kind}/[\\w-]+`);
  const [text] = pattern.exec(mail.text) ?? [];
  const [html] = pattern.exec(mail.html) ?? [];
  if (!text || text !== html) throw new Error(`text and HTML name different links: ${text}, ${html}`);
  return text;
}
