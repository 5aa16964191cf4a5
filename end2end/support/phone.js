// An authenticator app and its camera, neither of them ours: otpauth computes the codes, jsQR reads the picture.
import { setTimeout as sleep } from 'node:timers/promises';
import jsQR from 'jsqr';
import { TOTP, URI } from 'otpauth';
import { PNG } from 'pngjs';

const STEP = 30_000;

export class Phone {
  #totp;
  #used = 0;

  constructor(address) {
    this.#totp = URI.parse(address);
    if (!(this.#totp instanceof TOTP)) throw new Error(`not a time-based key: ${address}`);
  }

  /** Scans the QR code as it stands on a page. */
  static async scan(page) {
    const picture = page.getByRole('img', { name: 'QR code with your two-factor key' });
    const { data, width, height } = PNG.sync.read(await picture.screenshot());
    const found = jsQR(new Uint8ClampedArray(data), width, height);
    if (!found) throw new Error('no QR code in the picture');
    return new Phone(found.data);
  }

  /** The key as it is typed. */
  get key() {
    return this.#totp.secret.base32;
  }

  get issuer() {
    return this.#totp.issuer;
  }

  get account() {
    return this.#totp.label;
  }

  /** A code that was not used yet. The server takes one of the next step too, so that nobody has to wait for long. */
  async code() {
    const step = Math.max(Math.floor(Date.now() / STEP), this.#used + 1);
    const opens = (step - 1) * STEP;
    if (Date.now() < opens) await sleep(opens - Date.now() + 100);
    this.#used = step;
    return this.#totp.generate({ timestamp: step * STEP });
  }

  /** The code that was used last. */
  usedCode() {
    return this.#totp.generate({ timestamp: this.#used * STEP });
  }
}
