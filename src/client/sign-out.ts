import type { Ask } from './ask.js';
import { LOGOUT } from './operations.js';
import type { Platform } from './platform.js';
import { backOff } from './timer.js';
import type { Kept, Vault } from './vault.js';

export interface SignOutParts {
  readonly ask: Ask;
  readonly platform: Platform;
  readonly vault: Vault;
  /** Changes whenever somebody signs in or out, and at the end. */
  readonly life: () => unknown;
}

/**
 * Tells the server of a sign-out: now, or else in the background as soon as it can be reached, after a reload
 * too. Settles after the first try.
 * @param out what to end; empty where a cookie has it
 */
export async function tellSignOut(
  { ask, platform, vault, life }: SignOutParts,
  out: Kept,
  bearer?: string | null,
): Promise<void> {
  const mine = life();
  const { refreshToken = null, accessToken = bearer } = out;
  await vault.write({ out });
  const tell = async (failures: number): Promise<void> => {
    // Somebody has signed in again, here or in another tab: the cookie is theirs now.
    if (life() !== mine || !(await vault.read())?.out) return;
    const answer = await ask(LOGOUT[1], { refreshToken }, { accessToken, keepalive: true }).catch(
      () => undefined,
    );
    if (answer?.data?.['logout'] === true || answer?.status === 401) {
      if (life() === mine) await vault.write(null);
      return;
    }
    const again = () => {
      cancel();
      stopWaking();
      void tell(failures + 1);
    };
    const cancel = platform.after(backOff(failures, platform), again);
    const stopWaking = platform.onWake(again);
  };
  await tell(0);
}
