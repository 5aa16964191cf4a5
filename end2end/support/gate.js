// A way in front of a server that can be shut: connections go through, are refused, or are taken and never answered. It works in a
// thread of its own, since this one stands still while it runs another command.
import { once } from 'node:events';
import net from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { freePort } from './server.js';

export class Gate {
  #worker;

  /** A gate that is open to a port of the loopback. */
  static async to(target) {
    const gate = new Gate();
    gate.port = await freePort();
    gate.#worker = new Worker(new URL(import.meta.url), { workerData: { port: gate.port, target: Number(target) } });
    await gate.#say('open');
    return gate;
  }

  /** Lets everything through; what was taken in silence is hung up. */
  open() {
    return this.#say('open');
  }

  /** Takes connections and answers nothing, on those that stand already neither. */
  fallSilent() {
    return this.#say('fallSilent');
  }

  /** Refuses connections and ends those that stand. */
  refuse() {
    return this.#say('refuse');
  }

  close() {
    return this.#worker.terminate();
  }

  async #say(word) {
    const done = once(this.#worker, 'message');
    this.#worker.postMessage(word);
    await done;
  }
}

class Way {
  #port;
  #target;
  #listener;
  #pairs = new Set();
  #silent = false;

  constructor({ port, target }) {
    this.#port = port;
    this.#target = target;
  }

  async open() {
    if (this.#silent) this.#hangUp();
    this.#silent = false;
    await this.#listen();
  }

  async fallSilent() {
    this.#silent = true;
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far?.unpipe(near);
    }
    await this.#listen();
  }

  async refuse() {
    this.#silent = false;
    this.#hangUp();
    await new Promise((resolve) => this.#listener.close(resolve));
    this.#listener = undefined;
  }

  #hangUp() {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far?.destroy();
    }
    this.#pairs.clear();
  }

  #listen() {
    if (this.#listener) return undefined;
    return new Promise((resolve, reject) => {
      this.#listener = net.createServer((near) => this.#take(near));
      this.#listener.on('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
  }

  #take(near) {
    const far = this.#silent ? undefined : net.connect(this.#target, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    const end = () => {
      near.destroy();
      far?.destroy();
      this.#pairs.delete(pair);
    };
    near.on('error', end).on('close', end);
    far?.on('error', end).on('close', end);
    if (far) near.pipe(far).pipe(near);
    else near.resume();
  }
}

if (!isMainThread && workerData?.target) {
  const way = new Way(workerData);
  parentPort.on('message', async (word) => {
    await way[word]();
    parentPort.postMessage(word);
  });
}
