import { isIP } from 'node:net';

interface Sender {
  /** Undefined where its connection has broken meanwhile, whatever the types of fastify say. */
  readonly ip: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * The address that a request came from, as the trusted proxies say it. Some write a port behind it. What is
 * no address was written by whoever asks: then it is that of the connection. Null: nobody is there any more.
 */
export function addressOf({ ip, socket }: Sender): string | null {
  return read(ip) ?? read(socket.remoteAddress) ?? null;
}

function read(text = ''): string | undefined {
  const [, v6, v4] = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+)$/i.exec(text) ?? [];
  // Whoever listens on IPv6 sees the others this way.
  const address = (v6 ?? v4 ?? text).replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? undefined : address;
}
