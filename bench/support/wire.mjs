import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tie } from './tie.mjs';

/** The looks of the feed, its doorbell, and the reports of the node. */
const BACKGROUND = /pg_current_snapshot|^LISTEN|^SELECT pg_notify|"nodes"/;
/** A check by the feed's connection, which somebody waits for. */
const CONFIRM = /bool_and\(pg_visible_in_snapshot/;

/**
 * A proxy before PostgreSQL that counts the statements that pass, by their Query and Execute messages,
 * and can take the doorbell away or let the feed's connection die in silence.
 */
export async function startWire(databaseUrl) {
  const target = new URL(databaseUrl);
  const pairs = new Set();
  const wire = { asked: 0, background: 0, muted: false };
  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const pair = { client, server, listens: false, dead: false };
    pairs.add(pair);
    const statements = new Statements((text) => {
      if (text.startsWith('LISTEN')) pair.listens = true;
      wire[BACKGROUND.test(text) && !CONFIRM.test(text) ? 'background' : 'asked'] += 1;
    });
    const answers = new Messages(false);
    client.on('data', (chunk) => {
      if (pair.dead) return;
      statements.read(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (pair.dead) return;
      if (!pair.listens) return void client.write(chunk);
      // Whole messages only, so that a NotificationResponse can be left out.
      for (const message of answers.read(chunk)) {
        if (!(wire.muted && message[0] === 0x41)) client.write(message);
      }
    });
    tie(client, server, () => pairs.delete(pair));
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(listener.address().port);
  return Object.assign(wire, {
    url: url.href,
    /** No ring arrives from now on. */
    mute: () => (wire.muted = true),
    unmute: () => (wire.muted = false),
    /** The feed's connection carries nothing any more, and nobody is told; new connections work. */
    blackHole: () => {
      for (const pair of pairs) pair.dead ||= pair.listens;
    },
    stop: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, 'close');
    },
  });
}

/** Cuts a stream of PostgreSQL's protocol into messages; a client's first has no type byte. */
class Messages {
  #buffer = Buffer.alloc(0);
  #untyped;

  constructor(startsUntyped) {
    this.#untyped = startsUntyped;
  }

  read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const found = [];
    for (;;) {
      const head = this.#untyped ? 0 : 1;
      if (this.#buffer.length < head + 4) return found;
      const length = head + this.#buffer.readUInt32BE(head);
      if (this.#buffer.length < length) return found;
      if (!this.#untyped) found.push(this.#buffer.subarray(0, length));
      this.#untyped = false;
      this.#buffer = this.#buffer.subarray(length);
    }
  }
}

/** Tells each statement that a client has executed, by its text. */
class Statements {
  #messages = new Messages(true);
  #prepared = new Map();
  #portals = new Map();
  #onStatement;

  constructor(onStatement) {
    this.#onStatement = onStatement;
  }

  read(chunk) {
    for (const message of this.#messages.read(chunk)) {
      const [first = '', second = ''] = message.toString('latin1', 5).split('\0', 2);
      const type = String.fromCharCode(message[0]);
      if (type === 'Q') this.#onStatement(first);
      if (type === 'P') this.#prepared.set(first, second);
      if (type === 'B') this.#portals.set(first, this.#prepared.get(second) ?? '');
      if (type === 'E') this.#onStatement(this.#portals.get(first) ?? '');
    }
  }
}
