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
  /** A network that stands still: bytes are taken, and arrive when it is healed. */
  freeze(): void;
  /**
   * A network that forgets: bytes vanish both ways, and so does the news of an end. Connections that
   * were open, and those opened meanwhile, stay silent for ever; those opened after `heal` work.
   */
  blackHole(): void;
  /** The same for connections that follow the feed alone, those too that are opened meanwhile. */
  blackHoleFeed(): void;
  /** All connections break once, the silent ones too; new ones work. */
  cut(): void;
  /** Everything works again. */
  heal(): void;
  /** Lets the next statement that contains this text be executed, then cuts before its answer. */
  loseAnswerTo(text: string): void;
  /** New connections go to this database; those that are open stay with theirs. */
  retarget(databaseUrl: string): void;
  stop(): Promise<void>;
}

/** The looks of the feed, its doorbell, and the reports of the node. */
const BACKGROUND = /pg_current_snapshot|^LISTEN|^SELECT pg_notify|"nodes"/;

/** A check by the feed's connection, which somebody waits for. */
const CONFIRM = /bool_and\(pg_visible_in_snapshot/;

/** Said on the feed's own connection only. */
const FEED = /pg_current_snapshot|^LISTEN/;

type Mode = 'open' | 'frozen' | 'refusing' | 'black hole' | 'feed lost';

/** The two ends that the proxy joins; of a lost pair neither hears the other any more. */
interface Pair {
  readonly ends: readonly Socket[];
  lost: boolean;
  feed: boolean;
}

/** Makes out what a client sends. */
type Reader = (onStatement: (text: string) => void) => { read(chunk: Buffer): void };

const readSql: Reader = (onStatement) => new StatementReader(onStatement);

/** Redis's commands, as they stand on the wire. */
export const readCommands: Reader = (onStatement) => ({
  read: (chunk) => onStatement(chunk.toString('latin1')),
});

export async function startProxy(databaseUrl: string, reader = readSql): Promise<Proxy> {
  let target = new URL(databaseUrl);
  const pairs = new Set<Pair>();
  const statements: string[] = [];
  const background: string[] = [];
  let mode: Mode = 'open';
  let lostAnswer: string | undefined;

  const cut = () => {
    for (const { ends } of pairs) for (const socket of ends) socket.destroy();
  };
  const ended = (pair: Pair) => {
    if (!pair.lost) for (const end of pair.ends) end.destroy();
    if (pair.ends.every((end) => end.destroyed)) pairs.delete(pair);
  };
  const join = (client: Socket, server: Socket): Pair => {
    const pair = { ends: [client, server], lost: false, feed: false };
    let deaf = false;
    const statementsOf = reader((text) => {
      pair.feed ||= FEED.test(text);
      pair.lost ||= pair.feed && mode === 'feed lost';
      (BACKGROUND.test(text) && !CONFIRM.test(text) ? background : statements).push(text);
      if (lostAnswer !== undefined && text.includes(lostAnswer)) {
        lostAnswer = undefined;
        deaf = true;
      }
    });
    client.on('data', (chunk: Buffer) => {
      if (!pair.lost) statementsOf.read(chunk);
      // What it said may be what it is lost for.
      if (!pair.lost) server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (pair.lost) return;
      // It answers, so it has done what it was told.
      if (deaf) client.destroy();
      else client.write(chunk);
    });
    return pair;
  };
  const accept = (client: Socket): Pair => {
    if (mode === 'black hole') {
      client.on('data', () => undefined);
      return { ends: [client], lost: true, feed: false };
    }
    const { hostname: host, port } = target;
    // A lost end must not be answered, as a socket that is not half open would be by itself.
    return join(client, connect({ host, port: Number(port), allowHalfOpen: true }));
  };
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => undefined);
    if (mode === 'refusing') return void client.destroy();
    const pair = accept(client);
    pairs.add(pair);
    for (const socket of pair.ends) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('end', () => ended(pair));
      socket.on('close', () => ended(pair));
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
      for (const { ends } of pairs) for (const socket of ends) socket.pause();
    },
    blackHole: () => {
      mode = 'black hole';
      for (const pair of pairs) pair.lost = true;
    },
    blackHoleFeed: () => {
      mode = 'feed lost';
      for (const pair of pairs) pair.lost ||= pair.feed;
    },
    heal: () => {
      mode = 'open';
      for (const { ends } of pairs) for (const socket of ends) socket.resume();
    },
    loseAnswerTo: (text) => {
      lostAnswer = text;
    },
    retarget: (other) => {
      target = new URL(other);
    },
    stop: async () => {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}
