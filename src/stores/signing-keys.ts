import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { sqlNow } from './sql-now.js';

/** A signing key at rest. */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly algorithm: string;
  /** Encrypted; see tokens/key-encryption. */
  readonly privateKey: Buffer;
  readonly createdAt: Date;
}

/** The signing keys, newest first. */
export class SigningKeyStore {
  constructor(private readonly clock: Clock) {}

  async list(db: Executor): Promise<SigningKeyRecord[]> {
    return db('signing_keys')
      .select<SigningKeyRecord[]>(
        'kid',
        'algorithm',
        'private_key as privateKey',
        'created_at as createdAt',
      )
      .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'kid' }]);
  }

  /** Nodes that start together queue here, so that only the first finds the table empty. */
  async lock(db: Executor): Promise<void> {
    await db.raw('LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE');
  }

  async insert(db: Executor, key: Omit<SigningKeyRecord, 'createdAt'>): Promise<void> {
    await db('signing_keys').insert({
      kid: key.kid,
      algorithm: key.algorithm,
      private_key: key.privateKey,
      created_at: sqlNow(db, this.clock),
    });
  }
}
