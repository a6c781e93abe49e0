import { once } from 'node:events';
import type { RedisTarget } from '../config/index.js';
import { storeUnavailable } from '../errors/portcullis-error.js';
import { StartupError } from '../errors/startup-error.js';
import { within } from '../support/within.js';
import { createClient } from './driver.js';
import type { Client } from './driver.js';
import { RedisFailure, isTimeOut, replyCode, translateRedisFailure } from './failures.js';
import { unfit } from './fitness.js';
import type { Script } from './script.js';

export type Argument = string | number;

export interface RedisWatch {
  /** Told when Redis gets into trouble, and of nothing when it is well again. */
  readonly onChange?: (trouble: string | undefined) => void;
}

/** Milliseconds in which a connection must be ready, or whatever waits for it is told to come again. */
const READY = 2_000;
/** Milliseconds for an answer that somebody waits for who has promised one within a second. */
const PROMPT = 700;

/** Milliseconds after the loss of a connection in which a new one is waited for; later nobody waits. */
const BLIP = 300;

/** Milliseconds for the connections to end. */
const CLOSE = 1_000;

const SILENT = 'Redis does not answer';

/** The one way to Redis; whatever goes wrong comes out as an error of ours. */
export class Redis {
  readonly #client: Client;
  readonly #kind: RedisTarget['kind'];
  readonly #onChange: (trouble: string | undefined) => void;
  #refused: StartupError | undefined;
  #trouble: string | undefined;
  /** Monotonic milliseconds; undefined while there is a connection. */
  #lostAt: number | undefined;
  /** For all who wait. */
  #nextReady: Promise<unknown> | undefined;
  #closed = false;

  private constructor(client: Client, kind: RedisTarget['kind'], watch: RedisWatch) {
    this.#client = client;
    this.#kind = kind;
    this.#onChange = watch.onChange ?? (() => undefined);
    // Unheard, an error event would be printed with the driver's own words.
    client.on('error', (error: unknown) => this.#heard(error));
    client.on('node error', (error: unknown) => this.#heard(error));
    client.on('close', () => {
      this.#lostAt ??= performance.now();
      this.#change(SILENT);
    });
    client.on('ready', () => (this.#lostAt = undefined));
    for (const event of ['ready', '+node']) client.on(event, () => void this.trouble());
  }

  /** Begins to connect, and goes on by itself. @throws StartupError when the driver is not installed. */
  static async open(target: RedisTarget, watch: RedisWatch = {}): Promise<Redis> {
    const client = await createClient(target);
    const redis = new Redis(client, target.kind, watch);
    client.connect().catch(() => undefined);
    return redis;
  }

  /**
   * Settles when Redis answers and is fit to keep sessions.
   * @throws StartupError when it never will be, PortcullisError STORE_UNAVAILABLE when it is not yet.
   */
  async ready(): Promise<void> {
    if (this.#client.status !== 'ready') {
      const ready = once(this.#client, 'ready', { signal: AbortSignal.timeout(READY) });
      await ready.catch(() => undefined);
    }
    if (this.#client.status !== 'ready') {
      throw this.#refused ?? storeUnavailable(new RedisFailure(SILENT));
    }
    const trouble = await this.trouble();
    if (trouble === SILENT) throw storeUnavailable(new RedisFailure(SILENT));
    if (trouble !== undefined) throw new StartupError(`${trouble}.`);
  }

  /** Asks every primary. Why sessions are not safe there now; undefined when all is well. */
  async trouble(): Promise<string | undefined> {
    const servers = 'nodes' in this.#client ? this.#client.nodes('master') : [this.#client];
    try {
      if (servers.length === 0 || this.#client.status !== 'ready') throw new RedisFailure(SILENT);
      const found = Promise.all(servers.map((server) => unfit(server, this.#kind)));
      found.catch((error: unknown) => this.#dropSilent(error));
      const troubles = await within(PROMPT, found, () => new RedisFailure(SILENT));
      return this.#change(troubles.find((trouble) => trouble !== undefined));
    } catch {
      return this.#change(SILENT);
    }
  }

  /** One command, routed by its first key. */
  async call(command: string, ...args: Argument[]): Promise<unknown> {
    try {
      await this.#outlastBlip();
      return await this.#client.call(command, ...args);
    } catch (error) {
      this.#dropSilent(error);
      throw translateRedisFailure(error);
    }
  }

  /** Runs a script on one key, by its digest where Redis knows it already. */
  async run(script: Script, key: string, ...args: Argument[]): Promise<unknown> {
    try {
      await this.#outlastBlip();
      return await this.#client.call('evalsha', script.sha1, 1, key, ...args);
    } catch (error) {
      if (replyCode(error) === 'NOSCRIPT') return this.call('eval', script.lua, 1, key, ...args);
      this.#dropSilent(error);
      throw translateRedisFailure(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const signal = AbortSignal.timeout(CLOSE);
    const ended = once(this.#client, 'end', { signal }).catch(() => undefined);
    this.#client.disconnect();
    if (this.#client.status !== 'end') await ended;
  }

  /** One broken connection is no outage: who comes before the next one stands waits for it. */
  async #outlastBlip(): Promise<void> {
    if (this.#client.status === 'ready' || this.#lostAt === undefined) return;
    const left = this.#lostAt + BLIP - performance.now();
    if (left <= 0) return;
    this.#nextReady ??= once(this.#client, 'ready', {
      signal: AbortSignal.timeout(Math.ceil(left)),
    })
      .catch(() => undefined)
      .finally(() => (this.#nextReady = undefined));
    await this.#nextReady;
  }

  /**
   * A connection that missed its bound is closed, like one of PostgreSQL's: what waits on it would
   * pile up, and nothing on it is answered before what was late. A Cluster's nodes do it themselves.
   */
  #dropSilent(error: unknown): void {
    if (isTimeOut(error) && !('nodes' in this.#client)) this.#client.disconnect(true);
  }

  /** What waiting does not mend is told to the operator. */
  #heard(error: unknown): void {
    const { message } = ((error as { lastNodeError?: unknown }).lastNodeError ?? error) as Error;
    if (/^(NOAUTH|WRONGPASS)|invalid (username-)?password/i.test(message)) {
      this.#refused = new StartupError('Redis at REDIS_URL refuses the user or the password.');
    } else if (message.includes('cluster support disabled')) {
      this.#refused = new StartupError(
        'Redis at REDIS_URL is no Cluster: write redis:// in place of redis+cluster://.',
      );
    } else {
      this.#refused = undefined;
    }
  }

  #change(trouble: string | undefined): string | undefined {
    if (trouble !== this.#trouble && !this.#closed) this.#onChange(trouble);
    this.#trouble = trouble;
    return trouble;
  }
}
