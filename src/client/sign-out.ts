import type { Ask } from './ask.js';
import type { Keeper } from './keeper.js';
import { LOGOUT } from './operations.js';
import type { Platform } from './platform.js';
import { backOff } from './timer.js';
import type { Kept, Vault } from './vault.js';

export interface SignOutParts {
  readonly ask: Ask;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly keeper: Keeper;
}

/**
 * Tells the server of a sign-out: now, or else in the background as soon as it can be reached, after a reload
 * too. Answers whether the first try did.
 * @param out what the vault says is to be ended; empty where a cookie has it
 */
export function tellSignOut(
  { ask, platform, vault, keeper }: SignOutParts,
  out: Kept,
  bearer?: string | null,
): Promise<boolean> {
  const mine = keeper.life;
  const { refreshToken = null, accessToken = bearer } = out;
  /** Whether there is nothing left to tell. */
  const isTold = async (): Promise<boolean> => {
    const release = await keeper.turn();
    try {
      const isOut = async () => (await vault.read())?.out;
      // Somebody has signed in since, here or in another tab: the cookie is theirs now.
      if (!(await isOut())) return true;
      const answer = await ask(LOGOUT[1], { refreshToken }, { accessToken, keepalive: true });
      const isTaken = !!answer.data?.['logout'] || answer.status === 401;
      if (isTaken && (await isOut())) {
        await vault.write(null);
        // Who signed in just before was heard of just after.
        if (keeper.life !== mine) keeper.end(null);
      }
      return isTaken;
    } catch {
      return false;
    } finally {
      release();
    }
  };
  const tell = async (failures: number): Promise<boolean> => {
    if (await isTold()) return true;
    const again = () => {
      cancel();
      stopWaking();
      void tell(failures + 1);
    };
    const cancel = platform.after(backOff(failures, platform), again);
    const stopWaking = platform.onWake(again);
    return false;
  };
  return tell(0);
}
