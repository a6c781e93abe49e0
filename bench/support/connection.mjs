import { Buffer } from 'node:buffer';
import { connect } from 'node:net';

/** The bytes of one GraphQL request; made once, since the load generator shares a core. */
export function requestBytes(query, { token, variables, headers = {} } = {}) {
  const body = JSON.stringify({ query, variables });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: bench',
    'content-type: application/json',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...Object.entries(headers).map((pair) => pair.join(': ')),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** One kept-alive HTTP connection that asks one thing after another: little code between two probes. */
export class Connection {
  #url;
  #socket;
  #read = Buffer.alloc(0);
  #answered;
  #failed;

  constructor(url) {
    this.#url = new URL(url);
  }

  /** Sends the bytes of one request. Answers the HTTP status and the body's text. */
  send(bytes) {
    // Opened when it is used: a server cuts a connection that brings no request for long.
    if (!this.#socket || this.#socket.destroyed) this.#open();
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(bytes);
    });
  }

  #open() {
    this.#read = Buffer.alloc(0);
    const socket = connect(Number(this.#url.port), this.#url.hostname).setNoDelay(true);
    const lost = (error) => this.#failed?.(error ?? new Error('the connection was closed'));
    socket.on('error', lost).on('close', () => lost());
    socket.on('data', (chunk) => this.#take(chunk));
    this.#socket = socket;
  }

  close() {
    this.#failed = undefined;
    this.#socket?.destroy();
  }

  #take(chunk) {
    this.#read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk]);
    const end = this.#read.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#read.toString('latin1', 0, end);
    const status = Number(head.slice(9, 12));
    if (/^transfer-encoding: *chunked/im.test(head)) return this.#takeChunks(status, end + 4);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
    if (Number.isNaN(length)) return this.#failed(new Error(`no content-length: ${head}`));
    if (this.#read.length < end + 4 + length) return undefined;
    const body = this.#read.toString('utf8', end + 4, end + 4 + length);
    this.#read = this.#read.subarray(end + 4 + length);
    return this.#answered({ status, body });
  }

  /** A body of which the server did not know the length (RFC 9112, 7.1). */
  #takeChunks(status, from) {
    const parts = [];
    for (let at = from; ;) {
      const line = this.#read.indexOf('\r\n', at);
      if (line < 0) return undefined;
      const size = Number.parseInt(this.#read.toString('latin1', at, line), 16);
      at = line + 2 + size;
      if (this.#read.length < at + 2) return undefined;
      parts.push(this.#read.subarray(line + 2, at));
      at += 2;
      if (size > 0) continue;
      this.#read = this.#read.subarray(at);
      return this.#answered({ status, body: Buffer.concat(parts).toString() });
    }
  }
}

/** Asks once, on a connection of its own. @throws Error when the answer has errors */
export async function ask(url, query, options) {
  const connection = new Connection(url);
  try {
    const { body } = await connection.send(requestBytes(query, options));
    const { data, errors } = JSON.parse(body);
    if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data;
  } finally {
    connection.close();
  }
}

const TOKENS = '{ accessToken refreshToken session { id } user { id } }';

/** Signs somebody in. */
export async function logIn(url, { email, password }) {
  const query = `mutation ($input: LoginInput!) { login(input: $input) ${TOKENS} }`;
  const { login } = await ask(url, query, { variables: { input: { email, password } } });
  return login;
}

/** Makes users who are signed in, a few at a time: passwords are slow to hash. */
export async function registerMany(url, count, name) {
  const query = `mutation ($input: RegisterInput!) { register(input: $input) ${TOKENS} }`;
  const signedIn = [];
  while (signedIn.length < count) {
    const some = Array.from({ length: Math.min(4, count - signedIn.length) }, (_, index) => {
      const email = `${name}.${signedIn.length + index}@example.com`;
      const variables = { input: { email, password: 'a password of some length' } };
      return ask(url, query, { variables });
    });
    for (const { register } of await Promise.all(some)) signedIn.push(register);
  }
  return signedIn;
}
