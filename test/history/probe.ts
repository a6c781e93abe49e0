import type { Client } from './client.js';
import { rotated } from './client.js';
import type { Scene } from './cast.js';
import { Endings } from './endings.js';
import type { Act, Demand } from './history.js';
import { NODES } from './plan.js';
import { askRequest, refreshRequest } from './requests.js';
import type { Request } from './requests.js';
import type { HeldBearer } from './recorder.js';

const ALL = Array.from({ length: NODES }, (_, node) => node);
const DEMANDS: readonly Demand[] = ['critical', 'plain', 1_000];
/** Sessions that ended last, and are asked about once more. */
const RECENT = 60;

/** Asks every node about every session: those that live, and those that have ended. */
export async function probe(scene: Scene, refreshGrace: number): Promise<void> {
  const clients = [...scene.clients, ...scene.admins];
  for (const client of clients) await probeLive(scene, client);
  const held = new Set(clients.map((client) => client.held?.bearer.session));
  const endings = new Endings(scene.recorder.operations, refreshGrace);
  const others = [...scene.wallet.sessions.keys()].filter((session) => !held.has(session));
  for (const session of others.slice(-RECENT)) await probeOther(scene, session, endings);
}

async function probeLive(scene: Scene, client: Client): Promise<void> {
  if (!client.held) return;
  // Fresh for all the questions that follow; where nothing can be refreshed, by another sign-in.
  if (client.held.refresh) await client.refresh(ALL);
  else await client.ready(ALL);
  await everywhere(scene, bearerOf(client));
}

/** What it has now: a refresh may have brought another token, or the end. */
const bearerOf = ({ held }: Client) => held?.bearer;

async function probeOther(scene: Scene, session: string, endings: Endings): Promise<void> {
  const bearer = scene.wallet.bearers(session).at(-1);
  await everywhere(scene, bearer);
  const token = scene.wallet.refreshes(session).at(-1);
  // A replay would be theft, and end a session of which nobody can say that it has ended.
  if (!token || !endings.endedBy(token)) return;
  await onAll(scene, { kind: 'refresh', with: token }, refreshRequest(token.text));
}

async function everywhere(scene: Scene, bearer: HeldBearer | undefined): Promise<void> {
  if (!bearer) return;
  for (const demand of DEMANDS) {
    await onAll(scene, { kind: 'ask', demand }, askRequest(demand), bearer);
  }
}

async function onAll(
  { recorder }: Scene,
  act: Act,
  request: Request,
  bearer?: HeldBearer,
): Promise<void> {
  const question = { actor: 'probe', role: 'probe', act, request, bearer } as const;
  await Promise.all(
    ALL.map((node) => recorder.perform({ ...question, order: rotated(ALL, node) })),
  );
}
