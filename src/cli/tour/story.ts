import { randomBytes } from 'node:crypto';
import { Guide } from './guide.js';
import type { Stage, Stranger } from './stage.js';
import { comeBack } from './steps/come-back.js';
import { refreshTokens } from './steps/refresh.js';
import { revokeAsAdmin } from './steps/revoke.js';
import { signUp } from './steps/sign-up.js';
import type { Teller } from './teller.js';

/** Tells the whole story once. @throws TourError */
export async function onStage(stage: Stage, teller: Teller, signal: AbortSignal): Promise<void> {
  const guide = new Guide(stage.url, teller, signal);
  const stranger: Stranger = {
    // Another one each time: the tour may come to the same server again.
    email: `ada.${randomBytes(3).toString('hex')}@example.com`,
    password: randomBytes(18).toString('base64url'),
  };
  const tokens = await signUp(guide, stranger);
  await refreshTokens(guide, stage, tokens);
  const admin = await revokeAsAdmin(guide, stage, stranger);
  await comeBack(guide, stranger, admin);
  guide.end();
}
