import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt);

/** The team's own accounts, in its own table, with ids and password hashes of its own kind. */
const members = new Map();

export async function addMember({ id, email, name, team, scopes, password }) {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, 32);
  members.set(id, { id, email, name, team, scopes, salt, hash });
}

/** No member has this password, whatever it is. */
const NOBODY = { salt: randomBytes(16), hash: randomBytes(32) };

/** The functions by which Portcullis asks; sessions, tokens and revocation are its own. */
export const directory = {
  findByEmail: async (email) => [...members.values()].find((member) => member.email === email),
  findById: async (id) => members.get(id),
  // Without a member the same work is done, so that nobody learns by the time who is one.
  verifyPassword: async (member, password) => {
    const { salt, hash } = member ?? NOBODY;
    return timingSafeEqual(await derive(password, salt, 32), hash) && member !== undefined;
  },
  claims: ({ team }) => ({ team }),
};
