import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { COMPUTE } from './compute.js';
import type { Task, Work } from './compute.js';

/** A task for a thread, and the number to answer it by. */
export interface Order<T extends Task = Task> {
  readonly task: T;
  readonly asks: Work[T]['asks'];
}

/**
 * Behind what answers requests: in a flood of log-ins, as many get in as with 3 (bench/login.mjs).
 * With 19 a machine that others keep busy would hardly let anybody in.
 */
const NICENESS = 15;

// On Linux it is the thread's own; elsewhere it would be that of the whole process.
if (process.platform === 'linux') setPriority(0, NICENESS);

parentPort?.on('message', (order: Order) => void carryOut(order));

/** What fails ends the thread, and is told by its end. */
async function carryOut<T extends Task>({ task, asks }: Order<T>): Promise<void> {
  parentPort?.postMessage(await COMPUTE[task](asks));
}
