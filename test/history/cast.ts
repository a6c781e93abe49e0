import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.js';
import type { Step } from './plan.js';
import type { Recorder } from './recorder.js';
import type { Wallet } from './wallet.js';

/** What all actors share. */
export interface Scene {
  readonly recorder: Recorder;
  readonly wallet: Wallet;
  readonly clients: readonly Client[];
  readonly admins: readonly Client[];
  /** Root fields of the nodes' Mutation: what is not among them is not done. */
  readonly mutations: ReadonlySet<string>;
  /** Milliseconds; the end of the play. */
  readonly lasts: number;
}

/** Does the steps one after the other, none before its time and none after the end. */
export async function play<Deed extends string>(
  scene: Scene,
  steps: readonly Step<Deed>[],
  act: (step: Step<Deed>) => Promise<unknown>,
): Promise<void> {
  for (const step of steps) {
    const wait = step.at - scene.recorder.now();
    if (wait > 0) await delay(wait);
    if (scene.recorder.now() > scene.lasts) return;
    await act(step);
  }
}
