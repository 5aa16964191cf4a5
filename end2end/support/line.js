// A keep-alive connection that costs who measures next to nothing: what is sent stands ready as bytes, and of the answer only the
// status is read. On two cores, what the client spends is missing to the server.
import net from 'node:net';

const HEAD_ENDS = '\r\n\r\n';

export class Line {
  #socket;

  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#socket = net.connect(Number(port), hostname).setNoDelay().setEncoding('latin1');
  }

  /** Sends a request; answers its status once the whole answer is here. */
  send(bytes) {
    return new Promise((resolve, reject) => {
      let text = '';
      let ends;
      const settle = (act, value) => {
        this.#socket.off('data', take).off('close', broken).off('error', broken);
        act(value);
      };
      const broken = (problem) => settle(reject, problem instanceof Error ? problem : new Error('the connection was closed'));
      const take = (part) => {
        text += part;
        if (ends === undefined) {
          const head = text.indexOf(HEAD_ENDS);
          if (head < 0) return;
          const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head));
          if (!length) return broken(new Error(`an answer of unknown length: ${text.slice(0, head)}`));
          ends = head + HEAD_ENDS.length + Number(length[1]);
        }
        if (text.length >= ends) settle(resolve, Number(text.slice(9, 12)));
      };
      this.#socket.on('data', take).on('close', broken).on('error', broken);
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#socket.destroy();
  }
}

/** A form as the bytes of the request that posts it to a server. */
export function posted(url, address, form, headers) {
  const body = new URLSearchParams(form).toString();
  const all = {
    Host: new URL(url).host,
    'Sec-Fetch-Site': 'same-origin',
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${address} HTTP/1.1\r\n${head.join('')}\r\n${body}`);
}
