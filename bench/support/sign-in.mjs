import { issueJwt } from '../../dist/services/tokens-for.js';
import { startSession } from '../../dist/services/start-session.js';
import { addUsers } from '../../dist/stores/add-users.js';

const AT_ONCE = 8;

/**
 * Sessions of as many users, past every password.
 * @returns the header of each, first one token of every session, then another of every session
 */
export async function signIn(deps, { sessions, tokens }) {
  const { database, clock } = deps;
  const accounts = Array.from({ length: sessions }, (_, at) => ({
    email: `user.${process.pid}.${at}@example.com`,
    name: null,
    passwordHash: 'none',
    scopes: [],
  }));
  const users = await database.read((db) => addUsers(db, clock, accounts));
  const origin = { ip: '127.0.0.1', userAgent: 'bench' };
  const signedIn = [];
  for (let at = 0; at < users.length; at += AT_ONCE) {
    const some = users.slice(at, at + AT_ONCE);
    const started = some.map(({ id }) => startSession(deps, { id, tokenEpoch: 0 }, null, origin));
    signedIn.push(...(await Promise.all(started)));
  }
  const headers = signedIn.map(({ accessToken }) => asHeader(accessToken));
  if (tokens < 2) return headers;
  const ids = signedIn.map(({ session }) => session.id);
  const grants = await database.read((db) =>
    Promise.all(ids.map((id) => deps.sessions.findGrant(db, id))),
  );
  for (let n = 1; n < tokens; n += 1) {
    for (const grant of grants) {
      headers.push(asHeader((await issueJwt(deps, grant, clock.now())).token));
    }
  }
  return headers;
}

const asHeader = (token) => ({ authorization: `Bearer ${token}` });
