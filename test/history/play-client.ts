import type { Client } from './client.js';
import { rotated } from './client.js';
import type { Scene } from './cast.js';
import { refusal } from './outcome.js';
import { effect } from './outcome.js';
import type { ClientDeed, Step } from './plan.js';
import { at } from './random.js';
import { changePasswordRequest, changeRequest, logoutRequest } from './requests.js';
import type { OpenAct } from './requests.js';
import { BOUNDS } from './stage.js';

/** What a client of a user does. */
export async function playClient(
  scene: Scene,
  client: Client,
  { deed, order, roll }: Step<ClientDeed>,
): Promise<void> {
  switch (deed) {
    case 'ask plain':
      await client.ask('plain', order);
      return;
    case 'ask critical':
      await client.ask('critical', order);
      return;
    case 'ask bounded':
      await client.ask((at(BOUNDS, roll) ?? 1) * 1_000, order);
      return;
    case 'refresh':
      await client.ready(order);
      await client.refresh(order);
      return;
    case 'refresh in two tabs': {
      const token = (await client.ready(order))?.refresh;
      await Promise.all([client.refresh(order, token), client.refresh(rotated(order, 1), token)]);
      return;
    }
    case 'refresh, lose the answer, retry': {
      const token = (await client.ready(order))?.refresh;
      await client.refresh(order, token, 1 + roll * 40);
      return;
    }
    case 'log out':
      await logOut(client, order, roll);
      return;
    case 'log out while refreshing':
      await client.ready(order);
      await Promise.all([client.refresh(order), logOut(client, rotated(order, 1), roll)]);
      client.held = undefined;
      return;
    case 'log out others':
    case 'log out everywhere': {
      const keepCurrent = deed === 'log out others';
      const act = { kind: 'logoutEverywhere', user: client.account.id, keepCurrent } as const;
      const answer = await change(client, act, order);
      if (!keepCurrent && answer && effect(answer) === 'done') client.held = undefined;
      return;
    }
    case 'revoke my other session': {
      const own = scene.clients.filter((other) => other.account === client.account);
      const others = own.filter((other) => other !== client && other.held);
      const session = at(others, roll)?.held?.bearer.session;
      if (session !== undefined) await change(client, { kind: 'revokeMySession', session }, order);
      return;
    }
    case 'change password':
      await changePassword(client, order, roll);
  }
}

export const change = (client: Client, act: OpenAct, order: readonly number[]) =>
  client.signedIn(act, changeRequest(act), order);

/** By the refresh token or by the access token; tried again until it is told to be done. */
async function logOut(client: Client, order: readonly number[], roll: number): Promise<void> {
  const held = client.held;
  if (!held) return;
  const { session } = held.bearer;
  const byRefresh = roll < 0.6 ? held.refresh : undefined;
  const bearer = byRefresh ? undefined : held.bearer;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const request = logoutRequest(byRefresh?.text);
    const nodes = rotated(order, attempt);
    const answer = await client.send({ kind: 'logout', session }, request, nodes, { bearer });
    if (effect(answer) !== 'unknown') break;
  }
  client.held = undefined;
}

async function changePassword(
  client: Client,
  order: readonly number[],
  roll: number,
): Promise<void> {
  const { account } = client;
  const held = await client.ready(order);
  const [current = ''] = account.passwords;
  if (!held) return;
  const next = `a password of some length ${Math.floor(roll * 1e9)}`;
  account.passwords = [...account.passwords, next];
  const request = changePasswordRequest(current, next);
  const act = { kind: 'changePassword', user: account.id } as const;
  const answer = await client.send(act, request, order, { bearer: held.bearer });
  const came = effect(answer);
  if (came === 'done') account.passwords = [next];
  if (came === 'none') account.passwords = account.passwords.filter((known) => known !== next);
  // Whoever is refused for a wrong password knows that it is another one now.
  if (refusal(answer)?.reason === 'INVALID_CREDENTIALS')
    account.passwords = rotateOne(account.passwords);
  // The answer may have held the only tokens that are good now: nobody has them.
  if (came === 'unknown') client.held = undefined;
}

const rotateOne = <T>([first, ...rest]: readonly T[]): T[] =>
  first === undefined ? [] : [...rest, first];
