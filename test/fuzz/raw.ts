import { connect } from 'node:net';

/** One answer out of all that a connection answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Milliseconds within which a connection must be over once the client has said all it will. */
const BOUND = 10_000;

/** Milliseconds after which a client that gets no answer takes its leave. */
const PATIENCE = 1_000;

/**
 * Sends bytes as they are, takes its leave at the first answer, at once where there will be none, and
 * reads until the server closes.
 * @param isWhole whether the server has all that it waits for
 * @throws Error when it does not in time
 */
export function exchange(url: string, bytes: Buffer, isWhole: boolean): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((answered, failed) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const late = setTimeout(() => {
      socket.destroy();
      failed(new Error('the server neither answered nor closed'));
    }, BOUND);
    const leave = setTimeout(() => socket.end(), isWhole ? PATIENCE : 0);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // To be told to go on is no answer yet.
      if (!/^HTTP\/1\.1 100 [^\r\n]*\r\n\r\n$/.test(chunk.toString('latin1'))) socket.end();
    });
    // A server that has read enough may hang up while more is on its way.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(late);
      clearTimeout(leave);
      answered(Buffer.concat(chunks).toString('latin1'));
    });
    socket.write(bytes);
  });
}

/** @throws Error when what came is not HTTP. */
export function repliesIn(text: string): Reply[] {
  const replies: Reply[] = [];
  let rest = text;
  while (rest !== '') {
    const [, status, head] =
      /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest) ?? [];
    if (status === undefined || head === undefined)
      throw new Error(`no HTTP: ${rest.slice(0, 200)}`);
    rest = rest.slice(rest.indexOf('\r\n\r\n') + 4);
    const lines = head
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s));
    const headers = Object.fromEntries(
      lines.map(([name = '', value = '']) => [name.toLowerCase(), value]),
    );
    const body = bodyOf(rest, Number(status), headers);
    rest = rest.slice(body.taken);
    replies.push({ status: Number(status), headers, body: body.text });
  }
  return replies;
}

function bodyOf(rest: string, status: number, headers: Reply['headers']) {
  if (status === 101) return { text: '', taken: rest.length };
  if (status < 200 || status === 204 || status === 304) return { text: '', taken: 0 };
  if (headers['transfer-encoding'] === 'chunked') return chunked(rest);
  // An answer to HEAD says how long it would be; the next answer begins at once, or nothing comes.
  const length = Number(headers['content-length'] ?? rest.length);
  if (rest === '' || rest.startsWith('HTTP/1.1 ')) return { text: '', taken: 0 };
  return { text: rest.slice(0, length), taken: length };
}

function chunked(rest: string) {
  let text = '';
  let taken = 0;
  for (;;) {
    const [line = '', size = ''] = /^([\da-f]+)\r\n/i.exec(rest.slice(taken)) ?? [];
    if (line === '') return { text, taken: rest.length };
    const from = taken + line.length;
    const length = Number.parseInt(size, 16);
    text += rest.slice(from, from + length);
    taken = from + length + 2;
    if (length === 0) return { text, taken };
  }
}
