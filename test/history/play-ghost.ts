import { setTimeout as delay } from 'node:timers/promises';
import { rotated } from './client.js';
import type { Scene } from './cast.js';
import type { Demand, RefreshCredential } from './history.js';
import { NODES } from './plan.js';
import type { GhostDeed, Step, ThiefDeed } from './plan.js';
import { at } from './random.js';
import type { HeldBearer } from './recorder.js';
import { askRequest, refreshRequest } from './requests.js';
import { BOUNDS } from './stage.js';

const ALL = Array.from({ length: NODES }, (_, node) => node);
/** How many of the sessions that ended last are haunted. */
const RECENT = 16;

/** Milliseconds; more than the checker's slack. */
const PAST_THE_BOUND = 550;

/** Goes on with the tokens of sessions that are over, or may be. */
export async function playGhost(
  scene: Scene,
  actor: string,
  { deed, order, roll }: Step<GhostDeed>,
): Promise<void> {
  const { suspects } = scene.wallet;
  const now = scene.recorder.now();
  // Now and then one whose token has ended by itself.
  const haunted =
    roll * 10 - Math.floor(roll * 10) < 0.1
      ? suspects
      : suspects.filter((session) => now < (endOf(scene.wallet.bearers(session).at(-1)) ?? 0));
  const recent = haunted.slice(-RECENT);
  // The square root of chance is nearer to 1: what ended last is asked for most.
  const session = at(recent, Math.sqrt(roll));
  if (session === undefined) return;
  const bearer = scene.wallet.bearers(session).at(roll < 0.2 ? -2 : -1);
  switch (deed) {
    case 'ask plain':
      return ask(scene, actor, bearer, 'plain', order);
    case 'ask critical':
      return ask(scene, actor, bearer, 'critical', order);
    case 'ask bounded':
      return ask(scene, actor, bearer, (at(BOUNDS, roll) ?? 1) * 1_000, order);
    case 'ask all nodes':
      return look(
        scene,
        actor,
        session,
        at(['plain', 'critical', 1_000] as const, roll) ?? 'plain',
      );
    case 'ask all nodes when the bound is over': {
      const last = suspects.at(-1) ?? session;
      await delay(1_000 + PAST_THE_BOUND);
      return look(scene, actor, last, 1_000);
    }
    case 'refresh':
      return present(scene, actor, 'ghost', scene.wallet.refreshes(session).at(-1), order);
  }
}

const endOf = (bearer: HeldBearer | undefined) => bearer && bearer.received + bearer.expiresIn;

/** Asks all nodes at once with the newest access token of a session. */
export async function look(
  scene: Scene,
  actor: string,
  session: string,
  demand: Demand,
): Promise<void> {
  const bearer = scene.wallet.bearers(session).at(-1);
  await Promise.all(ALL.map((node) => ask(scene, actor, bearer, demand, rotated(ALL, node))));
}

async function ask(
  { recorder }: Scene,
  actor: string,
  bearer: HeldBearer | undefined,
  demand: Demand,
  order: readonly number[],
): Promise<void> {
  if (!bearer) return;
  const act = { kind: 'ask', demand } as const;
  await recorder.perform({ actor, role: 'ghost', act, request: askRequest(demand), order, bearer });
}

/** Presents somebody's refresh token that is not the newest. */
export async function playThief(
  scene: Scene,
  actor: string,
  { order, roll }: Step<ThiefDeed>,
): Promise<void> {
  const session = at([...scene.wallet.sessions.keys()].slice(-RECENT), roll);
  if (session === undefined) return;
  const old = scene.wallet.refreshes(session).slice(0, -1);
  await present(scene, actor, 'thief', at(old, (roll * 13) % 1), order);
}

async function present(
  { recorder }: Scene,
  actor: string,
  role: 'ghost' | 'thief',
  token: RefreshCredential | undefined,
  order: readonly number[],
): Promise<void> {
  if (!token) return;
  const act = { kind: 'refresh', with: token } as const;
  await recorder.perform({ actor, role, act, request: refreshRequest(token.text), order });
}
