import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { StatementReader } from './statements.js';

/** The network between a server and its PostgreSQL or Redis, which a test can take away. */
export interface Proxy {
  /** The database's URL by way of the proxy. */
  readonly url: string;
  /** Every statement that was executed through it because of a request, in order. */
  readonly statements: string[];
  /** Those by which a node stays in touch with the others. */
  readonly background: string[];
  /** A database that is stopped: connections are cut, new ones are refused. */
  refuse(): void;
  /** A black hole: bytes are taken and none ever arrives. */
  freeze(): void;
  /** All connections break once; new ones work. */
  cut(): void;
  /** Everything works again. */
  heal(): void;
  /** Lets the next statement that contains this text be executed, then cuts before its answer. */
  loseAnswerTo(text: string): void;
  stop(): Promise<void>;
}

/** The looks of the feed, its doorbell, and the reports of the node. */
const BACKGROUND = /pg_current_snapshot|^LISTEN|^SELECT pg_notify|"nodes"/;

type Mode = 'open' | 'frozen' | 'refusing';

/** Makes out what a client sends. */
type Reader = (onStatement: (text: string) => void) => { read(chunk: Buffer): void };

const readSql: Reader = (onStatement) => new StatementReader(onStatement);

/** Redis's commands, as they stand on the wire. */
export const readCommands: Reader = (onStatement) => ({
  read: (chunk) => onStatement(chunk.toString('latin1')),
});

export async function startProxy(databaseUrl: string, reader = readSql): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  const statements: string[] = [];
  const background: string[] = [];
  let mode: Mode = 'open';
  let lost: string | undefined;

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const listener = createServer((client) => {
    client.on('error', () => undefined);
    if (mode === 'refusing') return void client.destroy();
    const server = connect(Number(target.port), target.hostname);
    const pair = [client, server] as const;
    pairs.add(pair);
    let deaf = false;
    const statementsOf = reader((text) => {
      (BACKGROUND.test(text) ? background : statements).push(text);
      if (lost !== undefined && text.includes(lost)) {
        lost = undefined;
        deaf = true;
      }
    });
    client.on('data', (chunk: Buffer) => {
      statementsOf.read(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      // It answers, so it has done what it was told.
      if (deaf) client.destroy();
      else client.write(chunk);
    });
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const end of pair) end.destroy();
      });
      if (mode === 'frozen') socket.pause();
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((listener.address() as AddressInfo).port);
  return {
    url: url.href,
    statements,
    background,
    cut,
    refuse: () => {
      mode = 'refusing';
      cut();
    },
    freeze: () => {
      mode = 'frozen';
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    heal: () => {
      mode = 'open';
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    loseAnswerTo: (text) => {
      lost = text;
    },
    stop: async () => {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}
