import type { Client } from './client.js';
import type { Scene } from './cast.js';
import type { Demand } from './history.js';
import { look } from './play-ghost.js';
import { change } from './play-client.js';
import type { AdminDeed, Step } from './plan.js';
import { at } from './random.js';
import { FIELD_OF } from './requests.js';
import type { OpenAct } from './requests.js';

/** What an admin does to users and sessions. */
export async function playAdmin(scene: Scene, admin: Client, step: Step<AdminDeed>): Promise<void> {
  const act = actOf(scene, step);
  if (!act || !scene.mutations.has(FIELD_OF[act.kind])) return;
  await change(admin, act, step.order);
  if (step.deed !== 'revoke session and look' || act.kind !== 'revokeSession') return;
  const demands: Demand[] = ['critical', 'plain', 1_000];
  await Promise.all(
    demands.map((demand) => look(scene, 'ghost of the admin', act.session, demand)),
  );
}

function actOf(scene: Scene, { deed, roll }: Step<AdminDeed>): OpenAct | undefined {
  const live = scene.clients.filter(({ held }) => held);
  const client = at(live, roll);
  const session = client?.held?.bearer.session;
  const user = at(scene.clients, roll)?.account.id;
  switch (deed) {
    case 'revoke session':
    case 'revoke session and look':
      return session === undefined ? undefined : { kind: 'revokeSession', session };
    case 'revoke user':
      return user === undefined ? undefined : { kind: 'revokeUser', user };
    case 'revoke device':
      return client && { kind: 'revokeUser', user: client.account.id, device: client.device };
    case 'disable user':
      return user === undefined ? undefined : { kind: 'disable', user };
    case 'enable user':
      return user === undefined ? undefined : { kind: 'enable', user };
    case 'set scopes': {
      const scopes = roll * 7 - Math.floor(roll * 7) < 0.5 ? ['reader'] : [];
      return user === undefined ? undefined : { kind: 'setScopes', user, scopes };
    }
    case 'rotate key':
      return { kind: 'rotateKey', revokeIssued: false };
    case 'rotate key, revoke issued':
      return { kind: 'rotateKey', revokeIssued: true };
    case 'revoke all':
      return { kind: 'revokeAll' };
  }
}
