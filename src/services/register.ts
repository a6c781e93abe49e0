import { PortcullisError } from '../errors/portcullis-error.js';
import type { UserRecord } from '../stores/index.js';
import type { Deps, Origin } from './deps.js';
import { device, email, parseInput, password, personName, scopes, z } from './input.js';
import { startSession } from './start-session.js';
import type { SignedIn } from './tokens-for.js';

const account = { email, password, name: personName };
const registration = z.object({ input: z.object({ ...account, device }) });
const creation = z.object({ input: z.object({ ...account, scopes }) });

/** A stranger makes an account and is signed in. @throws PortcullisError FORBIDDEN when closed; RATE_LIMITED. */
export async function register(deps: Deps, args: unknown, origin: Origin): Promise<SignedIn> {
  // Where accounts are the team's own, so is the way to one.
  if (deps.settings.registration === 'closed' || deps.identity.directory) {
    throw new PortcullisError('FORBIDDEN', 'REGISTRATION_CLOSED');
  }
  const { input } = parseInput(registration, args);
  await deps.hasher.requireStrong(input.password, 'input.password', [input.email, input.name]);
  const { ip } = origin;
  const user = await deps.attempts.fromAddress(ip, async () => {
    const passwordHash = await deps.hasher.hash(input.password);
    return deps.database.transaction(async (trx) => {
      const created = await deps.users.insert(trx, { ...input, passwordHash, scopes: [] });
      await deps.audit.append(trx, { type: 'user.registered', userId: created.id, ip });
      return created;
    });
  });
  await deps.attempts.settle({ email: input.email, ip, device: input.device?.id ?? null });
  return startSession(deps, user, input.device, origin);
}

/** The operator makes an account, with scopes. */
export async function createUser(deps: Deps, args: unknown): Promise<UserRecord> {
  const { input } = parseInput(creation, args);
  await deps.hasher.requireStrong(input.password, 'input.password', [input.email, input.name]);
  const passwordHash = await deps.hasher.hash(input.password);
  const user = await deps.database.transaction(async (trx) => {
    const created = await deps.users.insert(trx, { ...input, passwordHash });
    const detail = created.scopes.join(' ') || null;
    await deps.audit.append(trx, { type: 'user.created', userId: created.id, detail });
    return created;
  });
  await deps.attempts.forgive(user.email);
  return user;
}
