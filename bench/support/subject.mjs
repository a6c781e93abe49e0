import { writeFileSync } from 'node:fs';

/** Fields of each kind: a request asks for one or for all of them. */
const FIELDS = 7;

/** What a subject of a comparison, a server in a process of its own, is told by its environment. */
export const told = {
  port: Number(process.env.PORT),
  /** Of a database of its own, empty at first, on the PostgreSQL that all share. */
  databaseUrl: process.env.DATABASE_URL,
  redisUrl: process.env.REDIS_URL,
  /** How many sessions it shall have, each of a user of its own. */
  sessions: Number(process.env.SESSIONS),
  /** Tokens of each session, where they are signed: more than are cached make a cache cold. */
  tokens: Number(process.env.TOKENS ?? 1),
  algorithm: process.env.ALGORITHM ?? 'ES256',
  /** Which of the ways in its file. */
  way: process.env.WAY ?? '',
};

const each = (make) => Array.from({ length: FIELDS }, (_, at) => make(at + 1)).join(' ');

/** Seven fields of each kind, `{ auth: '@auth' }` making `auth1: String! @auth` and so on. */
export const fieldsOf = (kinds) =>
  Object.entries(kinds)
    .map(([kind, directive]) => each((n) => `${kind}${n}: String! ${directive}`))
    .join(' ');

/** Resolvers that cost nothing, so that what stands before them is what is measured. */
export const resolversOf = (kinds) =>
  Object.fromEntries(
    kinds.flatMap((kind) =>
      Array.from({ length: FIELDS }, (_, at) => [`${kind}${at + 1}`, () => 'ok']),
    ),
  );

/** `{ auth1 }`, or `{ auth1 auth2 … }`. */
export const queryOf = (kind, count = 1) =>
  `{ ${Array.from({ length: count }, (_, at) => `${kind}${at + 1}`).join(' ')} }`;

/**
 * Says that the subject listens, and by which headers its sessions are presented, one object each, such as
 * `{ authorization: 'Bearer …' }`.
 */
export function ready(headers) {
  if (process.env.HEADERS_FILE) writeFileSync(process.env.HEADERS_FILE, JSON.stringify(headers));
  console.log('ready');
}
