import type { Knex } from 'knex';
import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import type { SealedKey } from '../tokens/index.js';
import { DOORBELL } from './revocations.js';
import { sqlNow } from './sql-now.js';

/** What a key does now: others may learn of it, it signs, or it only verifies what it signed. */
export type SigningKeyState = 'published' | 'signs' | 'retired';

/** A signing key without its private half. */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly algorithm: string;
  /** When it was published. */
  readonly createdAt: Date;
  readonly state: SigningKeyState;
  readonly signsFrom: Date;
  /** When the next key takes over, or took over. Null while there is no next one. */
  readonly signsUntil: Date | null;
  /** When the last token that it may have signed has expired. Null while there is no next key. */
  readonly verifiesUntil: Date | null;
}

/** A key as a node loads it. */
export interface LoadedKey extends SealedKey {
  /** Whether it is kept for shorter than the tokens of the node that asks live. */
  readonly fallsShort: boolean;
  /** Of all keys together; see VERSION_SQL. */
  readonly version: string;
}

/**
 * The newest key whose moment has come. Where the database's clock went back to before all of them, the
 * earliest, so that there always is one.
 */
export const signerAt = (now: string) => `(
  SELECT k.kid FROM signing_keys k CROSS JOIN (SELECT ${now} AS now) n
  ORDER BY k.signs_from <= n.now DESC, abs(extract(epoch FROM k.signs_from - n.now)), k.kid DESC
  LIMIT 1)`;

const RECORDS = `
  SELECT kid, algorithm, created_at AS "createdAt", signs_from AS "signsFrom",
    signs_until AS "signsUntil", signs_until + token_life AS "verifiesUntil",
    CASE WHEN kid = n.signer THEN 'signs' WHEN signs_from > n.now THEN 'published' ELSE 'retired' END
      AS state
  FROM (SELECT *, lead(signs_from) OVER (ORDER BY signs_from, kid) AS signs_until FROM signing_keys) k
  CROSS JOIN (SELECT ? AS now, ${signerAt('?')} AS signer) n`;

/** For the select list of whatever reads what a token is made of: the kid of the key that signs it. */
export function signerKid(db: Knex, clock: Clock): Knex.Raw {
  return db.raw(signerAt('?'), [sqlNow(db, clock)]);
}

/** The signing keys of all nodes. */
export class SigningKeyStore {
  /** A scalar for any select list: another text whenever a node should load the keys anew. */
  static readonly VERSION_SQL = `(
    SELECT encode(sha256(coalesce(
      string_agg(convert_to(kid, 'UTF8') || private_key, ''::bytea ORDER BY kid), ''::bytea)), 'hex')
    FROM signing_keys)`;

  constructor(private readonly clock: Clock) {}

  /** The keys and what they do now, the latest to sign first. */
  async list(db: Executor): Promise<SigningKeyRecord[]> {
    const now = sqlNow(db, this.clock);
    const { rows } = await db.raw<{ rows: SigningKeyRecord[] }>(
      `${RECORDS} ORDER BY signs_from DESC, kid DESC`,
      [now, now],
    );
    return rows;
  }

  /** The keys with their private halves, sealed. @param tokenLife milliseconds */
  async load(db: Executor, tokenLife: number): Promise<LoadedKey[]> {
    return db('signing_keys')
      .select<LoadedKey[]>(
        'kid',
        'algorithm',
        'private_key as privateKey',
        db.raw(`token_life < ? * interval '1 millisecond' AS "fallsShort"`, [tokenLife]),
        db.raw(`${SigningKeyStore.VERSION_SQL} AS version`),
      )
      .orderBy([
        { column: 'signs_from', order: 'desc' },
        { column: 'kid', order: 'desc' },
      ]);
  }

  async version(db: Executor): Promise<string> {
    const sql = `SELECT ${SigningKeyStore.VERSION_SQL} AS version`;
    const { rows } = await db.raw<{ rows: { version: string }[] }>(sql);
    return rows[0]?.version ?? '';
  }

  /** Holds every change of keys back until the transaction ends; reads go on. */
  async lock(db: Executor): Promise<void> {
    await db.raw('LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE');
  }

  /** @param times milliseconds: until it signs, and that its longest token lives */
  async insert(
    db: Executor,
    key: SealedKey,
    times: { wait: number; tokenLife: number },
  ): Promise<void> {
    const now = sqlNow(db, this.clock);
    await db('signing_keys').insert({
      kid: key.kid,
      algorithm: key.algorithm,
      private_key: key.privateKey,
      created_at: now,
      signs_from: db.raw("? + ? * interval '1 millisecond'", [now, times.wait]),
      token_life: db.raw("? * interval '1 millisecond'", [times.tokenLife]),
    });
  }

  /** Keeps the keys at least as long as tokens of this life need them. @param tokenLife milliseconds */
  async lengthenLife(db: Executor, tokenLife: number): Promise<void> {
    const life = db.raw("? * interval '1 millisecond'", [tokenLife]);
    await db('signing_keys').where('token_life', '<', life).update({ token_life: life });
  }

  /** Puts the private half under another secret. */
  async reseal(db: Executor, { kid, privateKey }: SealedKey): Promise<void> {
    await db('signing_keys').where({ kid }).update({ private_key: privateKey });
  }

  /** Makes this key sign at once and deletes all others. Answers their kids. */
  async enthrone(db: Executor, kid: string): Promise<string[]> {
    await db('signing_keys')
      .where({ kid })
      .update({ signs_from: sqlNow(db, this.clock) });
    return kidsOf(await db('signing_keys').whereNot({ kid }).delete().returning('kid'));
  }

  /** Deletes the keys whose tokens have all expired. Answers their kids. */
  async deleteSpent(db: Executor): Promise<string[]> {
    const now = sqlNow(db, this.clock);
    const spent = db
      .from(db.raw(`(${RECORDS}) AS keys`, [now, now]))
      .select('kid')
      .where('state', 'retired')
      .where('verifiesUntil', '<', now);
    return kidsOf(await db('signing_keys').whereIn('kid', spent).delete().returning('kid'));
  }

  /** Has the nodes look at once rather than at their next turn. */
  async ringDoorbell(db: Executor): Promise<void> {
    await db.raw("SELECT pg_notify(?, '')", [DOORBELL]);
  }
}

function kidsOf(rows: { kid: string }[]): string[] {
  return rows.map(({ kid }) => kid).sort();
}
