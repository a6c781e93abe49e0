import { setTimeout as delay } from 'node:timers/promises';
import type { Executor } from '../database/index.js';
import { PortcullisError, storeUnavailable } from '../errors/portcullis-error.js';
import type { SigningKeyRecord } from '../stores/index.js';
import { within } from '../support/within.js';
import { generateSigningKey } from '../tokens/index.js';
import type { Caller, Deps } from './deps.js';
import { actor, assertSessionLive, endEverybody, revoking, sessionsEnded } from './end-sessions.js';

/**
 * Milliseconds that a rotation which revokes waits for the nodes to know the new key: they hear the
 * doorbell, or look within FEED_POLL_INTERVAL; without a feed, they hear when they next report.
 */
const NODES_WITHIN = { feed: 3_000, report: 12_000 };
const ASK_EVERY = 50;
/** Milliseconds in which that rotation is over: until then its key must not sign by itself. */
const REVOKING_WITHIN = 30_000;
/** Every key costs each node memory and each verifier of the JWKS bytes. */
const MOST_KEYS = 100;

/** The signing keys, the latest to sign first. */
export function listSigningKeys(deps: Deps): Promise<SigningKeyRecord[]> {
  return deps.database.read((db) => deps.signingKeys.list(db));
}

/**
 * Publishes the next signing key. It signs when every cache of public keys knows it, and the key before
 * it verifies until its last token has expired, so nobody notices. While a key is waiting to sign, that
 * one is the answer. With `revokeIssued` a new key signs at once, all others are gone, and everybody is
 * logged out, the caller included.
 * @throws PortcullisError RATE_LIMITED while too many retired keys still verify.
 */
export async function rotateSigningKey(
  deps: Deps,
  caller: Caller | undefined,
  revokeIssued: boolean,
): Promise<SigningKeyRecord> {
  const key = revokeIssued ? await replaceAll(deps, caller) : await publishNext(deps, caller);
  await reloadOwn(deps);
  return key;
}

/** For this node's own sake; if it fails, the next notice does it. */
function reloadOwn(deps: Deps): Promise<void> {
  return deps.keys.reload().catch(() => undefined);
}

function publishNext(deps: Deps, caller: Caller | undefined): Promise<SigningKeyRecord> {
  return deps.database.transaction(async (trx) => {
    // In this order: whoever waited for a rotation that ended its session must not publish a key.
    await deps.signingKeys.lock(trx);
    await assertSessionLive(deps, trx, caller);
    const keys = await deps.signingKeys.list(trx);
    const waiting = keys.find(({ state }) => state === 'published');
    if (waiting) return waiting;
    if (keys.length >= MOST_KEYS) throw tooMany(deps, keys);
    return publish(deps, trx, caller, deps.settings.keyPublishWait);
  });
}

function tooMany(deps: Deps, keys: readonly SigningKeyRecord[]): PortcullisError {
  const soonest = Math.min(...keys.map((key) => key.verifiesUntil?.getTime() ?? Infinity));
  const retryAfter = Math.max(1, Math.ceil((soonest - deps.clock.now()) / 1000));
  return new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter });
}

/** Adds a key that signs after `wait` milliseconds. The table is locked. */
async function publish(
  deps: Deps,
  trx: Executor,
  caller: Caller | undefined,
  wait: number,
): Promise<SigningKeyRecord> {
  const key = generateSigningKey();
  await deps.keys.insert(trx, key, wait);
  await deps.signingKeys.ringDoorbell(trx);
  await deps.audit.append(trx, { type: 'key.rotated', detail: key.kid, ...actor(caller) });
  return find(deps, trx, key.kid);
}

async function find(deps: Deps, trx: Executor, kid: string): Promise<SigningKeyRecord> {
  const key = (await deps.signingKeys.list(trx)).find((each) => each.kid === kid);
  if (!key) throw storeUnavailable();
  return key;
}

/**
 * Two steps. First the new key becomes known, so that no node refuses a log-in that comes right after
 * the second, in which it takes over and everything from before it ends. It is always a new key: one
 * that is waiting to sign may have been stolen along with the one that signs.
 */
async function replaceAll(deps: Deps, caller: Caller | undefined): Promise<SigningKeyRecord> {
  const { kid } = await deps.database.transaction(async (trx) => {
    await deps.signingKeys.lock(trx);
    await assertSessionLive(deps, trx, caller);
    const wait = Math.max(deps.settings.keyPublishWait, REVOKING_WITHIN);
    return publish(deps, trx, caller, wait);
  });
  await reloadOwn(deps);
  await untilNodesKnow(deps);
  return revoking(deps, async (trx) => {
    await deps.signingKeys.lock(trx);
    await assertSessionLive(deps, trx, caller);
    const keys = await deps.signingKeys.list(trx);
    // Another one was faster: what this was to revoke is gone already, and so is its own key.
    const signs = keys.find(({ state }) => state === 'signs');
    if (signs && keys.every((key) => key.kid !== kid)) {
      return { result: signs, revocation: sessionsEnded([]) };
    }
    const revoked = await deps.signingKeys.enthrone(trx, kid);
    const detail = `${kid} replaces ${revoked.join(', ')}`;
    await deps.audit.append(trx, { type: 'key.revoked', detail, ...actor(caller) });
    const { revocation } = await endEverybody(deps, trx, caller, 'signing keys revoked');
    return { result: await find(deps, trx, kid), revocation };
  });
}

/** A node that is stuck must not keep the others from getting rid of a stolen key. */
async function untilNodesKnow(deps: Deps): Promise<void> {
  let late = false;
  const known = async () => {
    while (!late) {
      if (await deps.database.read((db) => deps.nodes.knowKeys(db)).catch(() => false)) return;
      await delay(ASK_EVERY);
    }
  };
  const bound = deps.settings.scheme.feed ? NODES_WITHIN.feed : NODES_WITHIN.report;
  await within(bound, known(), () => new Error('some node does not know the key')).catch(() => {
    late = true;
  });
}
