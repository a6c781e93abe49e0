import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/index.js';
import { storeUnavailable } from '../errors/index.js';
import { whenReachable } from '../server/bring-up.js';
import { createCore } from '../server/core.js';
import type { Core } from '../server/core.js';
import type { LogLines } from '../server/log.js';
import { openStores } from '../server/stores.js';
import type { Identity } from '../services/index.js';
import type { Clock } from '../support/clock.js';
import { within } from '../support/within.js';

export interface RunningOptions {
  readonly config: Config;
  readonly log: LogLines;
  readonly clock: Clock;
  readonly identity: Identity;
}

/** Milliseconds that a request waits for what is only being brought up. */
const PATIENCE = 10_000;

/** The core behind a library: brought up when it is first needed, closed when nobody needs it any more. */
export class Running {
  readonly #options: RunningOptions;
  readonly #abort = new AbortController();
  readonly #undo: (() => Promise<void>)[] = [];
  #starting: Promise<Core> | undefined;
  #core: Core | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: RunningOptions) {
    this.#options = options;
  }

  /** Once it is ready. */
  get core(): Core | undefined {
    return this.#core;
  }

  /**
   * Brings it up; a database that does not answer yet is waited for.
   * @throws StartupError for what waiting does not mend.
   */
  start(): Promise<Core> {
    if (!this.#starting) {
      this.#starting = this.#bringUp();
      // Whoever asks is told; nobody has to.
      this.#starting.catch(() => undefined);
    }
    return this.#starting;
  }

  /** For a request. @throws PortcullisError STORE_UNAVAILABLE when it takes too long; StartupError. */
  async soon(): Promise<Core> {
    return this.#core ?? within(PATIENCE, this.start(), storeUnavailable);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #bringUp(): Promise<Core> {
    const { config, log, clock, identity } = this.#options;
    const stores = await openStores(config, { log });
    this.#undo.push(() => stores.close());
    const { secret, database, redis } = stores;
    const address = `library ${randomUUID().slice(0, 8)}`;
    const core = await whenReachable(
      async () => {
        await stores.prepare(this.#abort.signal);
        return createCore({ config, secret, database, redis, clock, identity, log, address });
      },
      {
        signal: this.#abort.signal,
        onWaiting: (reason) => log.warn({ reason }, 'not ready'),
      },
    );
    this.#undo.push(() => core.stop());
    await core.start();
    this.#core = core;
    return core;
  }

  async #stop(): Promise<void> {
    this.#abort.abort();
    await this.#starting?.catch(() => undefined);
    this.#core = undefined;
    for (const step of this.#undo.splice(0).reverse()) await step();
    // What was just answered may still be on its way to the log.
    await delay(0);
  }
}
