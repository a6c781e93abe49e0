import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../support/client.js';
import { ADMIN } from '../support/server.js';
import { play } from './cast.js';
import type { Scene } from './cast.js';
import { checkHistory } from './check.js';
import { Client } from './client.js';
import type { Account } from './client.js';
import type { History, Violation } from './history.js';
import { makePlan } from './plan.js';
import type { Plan } from './plan.js';
import { playAdmin } from './play-admin.js';
import { playClient } from './play-client.js';
import { playGhost, playThief } from './play-ghost.js';
import { probe } from './probe.js';
import { Recorder } from './recorder.js';
import { registerRequest } from './requests.js';
import { environment, rulesFor } from './settings.js';
import type { Choice } from './settings.js';
import { setStage } from './stage.js';
import type { Stage } from './stage.js';
import { Trouble } from './trouble.js';
import { Wallet } from './wallet.js';

export interface RunOptions extends Choice {
  readonly seed: number;
  readonly seconds: number;
  /** Default true. */
  readonly faults?: boolean;
  /** Told about once a second how far it is. */
  readonly onProgress?: (line: string) => void;
  /** Ends it before its time; everything that was started is stopped. */
  readonly signal?: AbortSignal;
}

export interface Result {
  readonly history: History;
  readonly violations: readonly Violation[];
}

/** Two devices of each. */
const USERS = 4;

/**
 * Plays the plan of a seed on three real servers and one PostgreSQL, then looks at what came of it. The
 * plan is the same for a seed, every time; how its operations interleave is not.
 */
export async function run(options: RunOptions): Promise<Result> {
  const { seed, seconds, faults = true, onProgress = () => undefined } = options;
  const lasts = seconds * 1_000;
  const { failOver, pooler = false } = options;
  const redis = options.store === 'redis';
  const plan = makePlan({ seed, lasts, faults, redis, failOver: failOver !== undefined });
  const stage = await setStage({ env: environment(options), failOver, pooler });
  const recorder = new Recorder(stage.slots);
  try {
    options.signal?.throwIfAborted();
    for (const slot of stage.slots) slot.onComplaint((complaint) => recorder.complain(complaint));
    const rules = rulesFor(options);
    const scene = await setScene(stage, recorder, lasts);
    const ticker = setInterval(() => onProgress(progress(recorder)), 1_000);
    const played = playAll(scene, plan, new Trouble(stage, recorder));
    await Promise.race([played, whenAborted(options.signal)]);
    clearInterval(ticker);
    for (const { proxy } of stage.slots) {
      proxy.heal();
      // A network that works again knows nothing of what it lost, and says so to those who use it.
      proxy.cut();
    }
    const healedAt = recorder.now();
    onProgress(`${progress(recorder)}; healed`);
    await delay(rules.agreeWithin);
    await probe(scene, rules.refreshGrace);
    onProgress(`${progress(recorder)}; probed`);
    // Their last words count too.
    await Promise.all(stage.slots.map((slot) => slot.stop()));
    const { operations, faults: made, complaints } = recorder;
    const history = { operations, faults: made, complaints, healedAt };
    return { history, violations: checkHistory(history, rules) };
  } finally {
    recorder.close();
    await stage.stop();
  }
}

function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('ended before its time')));
  });
}

function progress(recorder: Recorder): string {
  const { operations, faults } = recorder;
  const seconds = Math.round(recorder.now() / 1_000);
  return `${seconds} s: ${operations.length} operations, ${faults.length} faults`;
}

/** The accounts, before any trouble. */
async function setScene(stage: Stage, recorder: Recorder, lasts: number): Promise<Scene> {
  const url = stage.slots[0]?.address?.url ?? '';
  const accounts: Account[] = [];
  for (let user = 0; user < USERS; user += 1) {
    const email = `user${user}@example.com`;
    const password = `the first password of ${user}`;
    const request = registerRequest(email, password);
    const { data } = await ask(url, request.query, { variables: request.variables ?? {} });
    const { id } = (data?.['register'] as { user: { id: string } }).user;
    accounts.push({ id, email, passwords: [password] });
  }
  const clients = accounts.flatMap((account) =>
    ['phone', 'laptop'].map((device) => {
      const name = `${device} of ${account.email.split('@')[0] ?? ''}`;
      return new Client(name, 'client', account, device, recorder);
    }),
  );
  const root = { id: 'admin', email: ADMIN.email, passwords: [ADMIN.password] };
  const admins = ['desk', 'couch'].map(
    (place) => new Client(`admin at the ${place}`, 'admin', root, place, recorder),
  );
  const wallet = new Wallet();
  recorder.onOperation((operation) => wallet.note(operation));
  const mutations = await rootFields(url);
  return { recorder, wallet, clients, admins, mutations, lasts };
}

async function rootFields(url: string): Promise<Set<string>> {
  const { data } = await ask(url, '{ __schema { mutationType { fields { name } } } }');
  const schema = data?.['__schema'] as { mutationType: { fields: { name: string }[] } };
  return new Set(schema.mutationType.fields.map(({ name }) => name));
}

async function playAll(scene: Scene, plan: Plan, trouble: Trouble): Promise<void> {
  await Promise.all([
    trouble.make(plan.faults),
    ...plan.clients.map((steps, index) => {
      const client = scene.clients[index % scene.clients.length];
      return client && play(scene, steps, (step) => playClient(scene, client, step));
    }),
    ...plan.admins.map((steps, index) => {
      const admin = scene.admins[index % scene.admins.length];
      return admin && play(scene, steps, (step) => playAdmin(scene, admin, step));
    }),
    ...plan.ghosts.map((steps, index) =>
      play(scene, steps, (step) => playGhost(scene, `ghost ${index}`, step)),
    ),
    ...plan.thieves.map((steps, index) =>
      play(scene, steps, (step) => playThief(scene, `thief ${index}`, step)),
    ),
  ]);
}
