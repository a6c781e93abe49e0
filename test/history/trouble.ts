import { setTimeout as delay } from 'node:timers/promises';
import type { TestRedis } from '../support/redis.js';
import type { NodeFault, PlannedFault, RedisFault, StoreFault } from './plan.js';
import type { Recorder } from './recorder.js';
import type { Slot } from './slot.js';
import type { Stage } from './stage.js';

/** Makes the planned faults, and mends them. */
export class Trouble {
  readonly #stage: Stage;
  readonly #recorder: Recorder;
  #storeBusy = false;

  constructor(stage: Stage, recorder: Recorder) {
    this.#stage = stage;
    this.#recorder = recorder;
  }

  /** Settles when all of them are mended. */
  async make(faults: readonly PlannedFault[]): Promise<void> {
    await Promise.all(
      faults.map(async (fault) => {
        await delay(Math.max(0, fault.at - this.#recorder.now()));
        if ('node' in fault) await this.#onNode(fault.kind, fault.node, fault.lasts);
        else await this.#onStore(fault.kind, fault.lasts);
      }),
    );
  }

  async #onNode(kind: NodeFault, node: number, lasts: number): Promise<void> {
    const slot = this.#stage.slots[node];
    await slot?.exclusively(() => this.#during(kind, node, () => NODE[kind](slot, lasts)));
  }

  async #onStore(kind: StoreFault, lasts: number): Promise<void> {
    if (this.#storeBusy) return;
    this.#storeBusy = true;
    await this.#during(kind, undefined, async () => {
      const { database, redis } = this.#stage;
      if (kind !== 'kill Redis' && kind !== 'freeze Redis') await database.suffer(kind, lasts);
      else if (redis) await REDIS[kind](redis, lasts);
    });
    this.#storeBusy = false;
  }

  async #during(kind: string, node: number | undefined, work: () => Promise<void>): Promise<void> {
    const fault = { kind, ...(node === undefined ? {} : { node }), from: this.#recorder.now() };
    const written = { ...fault, to: Infinity };
    this.#recorder.faults.push(written);
    await work();
    this.#recorder.faults.splice(this.#recorder.faults.indexOf(written), 1, {
      ...fault,
      to: this.#recorder.now(),
    });
  }
}

type OnNode = (slot: Slot, lasts: number) => Promise<void>;

const onNetwork =
  (outage: 'blackHole' | 'freeze' | 'refuse'): OnNode =>
  async (slot, lasts) => {
    slot.proxy[outage]();
    await delay(lasts);
    slot.proxy.heal();
  };

const ending =
  (signal: 'SIGTERM' | 'SIGKILL'): OnNode =>
  async (slot, lasts) => {
    await slot.end(signal);
    await delay(lasts / 3);
    await slot.start();
  };

const NODE: Readonly<Record<NodeFault, OnNode>> = {
  'kill node': ending('SIGKILL'),
  'stop node': ending('SIGTERM'),
  'freeze node': async (slot, lasts) => {
    slot.signal('SIGSTOP');
    await delay(lasts);
    slot.signal('SIGCONT');
  },
  'black hole': onNetwork('blackHole'),
  'frozen network': onNetwork('freeze'),
  'refused network': onNetwork('refuse'),
  'cut network': (slot) => {
    slot.proxy.cut();
    return Promise.resolve();
  },
};

const REDIS: Readonly<Record<RedisFault, (redis: TestRedis, lasts: number) => Promise<void>>> = {
  'kill Redis': async (redis, lasts) => {
    await redis.kill();
    await delay(lasts);
    await redis.start();
  },
  'freeze Redis': async (redis, lasts) => {
    redis.freeze();
    await delay(lasts);
    redis.thaw();
  },
};
