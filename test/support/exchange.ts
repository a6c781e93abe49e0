import { connect } from 'node:net';
import { once } from 'node:events';

/** Sends bytes as they stand, with a line's end for each `\n`, and reads until the other end has ended. */
export async function exchange(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const stream = connect(Number(port), hostname);
  stream.write(text.replaceAll('\n', '\r\n'));
  let received = '';
  stream.on('data', (chunk: Buffer) => (received += chunk.toString()));
  stream.on('error', () => undefined);
  if (!stream.readableEnded) await once(stream, 'close');
  return received;
}
