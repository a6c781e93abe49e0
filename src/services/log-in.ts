import { PortcullisError } from '../errors/portcullis-error.js';
import type { Guesser } from './attempts/index.js';
import type { Deps, Origin } from './deps.js';
import { proveCredentials } from './directory.js';
import { device, email, parseInput, password, z } from './input.js';
import { startSession } from './start-session.js';
import type { SignedIn } from './tokens-for.js';

const schema = z.object({ input: z.object({ email, password, device }) });

/**
 * Signs in with e-mail address and password.
 * @throws PortcullisError INVALID_CREDENTIALS for an unknown address and a wrong password alike, in the
 * same words and the same time; ACCOUNT_DISABLED only to one who knows the password; RATE_LIMITED.
 */
export async function logIn(deps: Deps, args: unknown, origin: Origin): Promise<SignedIn> {
  const { input } = parseInput(schema, args);
  const { user, correct } = await deps.attempts.guess(guesserOf(input, origin), () =>
    proveCredentials(deps, input.email, input.password),
  );
  if (!user || !correct || user.disabled) {
    const detail = correct ? 'account disabled' : 'wrong credentials';
    const event = { type: 'session.refused', userId: user?.id, ip: origin.ip, detail } as const;
    await deps.database.read((db) => deps.audit.append(db, event));
    if (correct) throw new PortcullisError('ACCOUNT_DISABLED', 'ACCOUNT_DISABLED');
    throw new PortcullisError('INVALID_CREDENTIALS', 'INVALID_CREDENTIALS');
  }
  return startSession(deps, user, input.device, origin);
}

/** Why a log-in would be refused without a look; what is amiss with its input is said when it runs. */
export function refusedLogIn(
  deps: Deps,
  args: unknown,
  origin: Origin,
): PortcullisError | undefined {
  const parsed = schema.safeParse(args);
  return parsed.success ? deps.attempts.refusal(guesserOf(parsed.data.input, origin)) : undefined;
}

function guesserOf(
  { email: address, device: given }: z.output<typeof schema>['input'],
  { ip }: Origin,
): Guesser {
  return { email: address, ip, device: given?.id ?? null };
}
