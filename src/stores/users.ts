import { validate as isUuid } from 'uuid';
import { badInput } from '../errors/portcullis-error.js';
import { SQLSTATE, sqlStateOf } from '../database/index.js';
import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { newId } from '../support/new-id.js';
import { enrol, isUpToDate } from './enrol.js';
import type { EnrolledUser } from './enrol.js';
import { decodeCursor, toPage } from './page.js';
import type { Page, PageRequest } from './page.js';
import type { UserEpoch } from './revocations.js';
import { sqlNow } from './sql-now.js';

/** An account as everything but the password check sees it. */
export interface UserRecord {
  readonly id: string;
  /** What the team's own store calls the user; null where the account is ours. */
  readonly externalId: string | null;
  readonly email: string;
  readonly name: string | null;
  readonly scopes: string[];
  readonly tokenEpoch: number;
  /** At the moment of the read: a "disabled until" that has passed counts no more. */
  readonly disabled: boolean;
  readonly disabledUntil: Date | null;
  readonly createdAt: Date;
}

export interface UserFilter {
  /** Part of the e-mail address or the name, in any case. */
  readonly search?: string | null | undefined;
  readonly disabled?: boolean | undefined;
}

type Row = UserRecord & { readonly passwordHash: string | null };

/** The accounts. */
export class UserStore {
  constructor(private readonly clock: Clock) {}

  /** @throws PortcullisError BAD_USER_INPUT at `input.email` when the address is taken. */
  async insert(
    db: Executor,
    user: { email: string; name: string | null; passwordHash: string; scopes: readonly string[] },
  ): Promise<UserRecord> {
    try {
      await db('users').insert({
        id: newId(this.clock),
        email: user.email,
        name: user.name,
        password_hash: user.passwordHash,
        scopes: user.scopes,
        created_at: sqlNow(db, this.clock),
      });
    } catch (error) {
      if (sqlStateOf(error) !== SQLSTATE.UNIQUE_VIOLATION) throw error;
      throw badInput('input.email', 'There is an account with this e-mail address already.');
    }
    return (await this.findByEmail(db, user.email)) as UserRecord;
  }

  async find(db: Executor, id: string): Promise<UserRecord | undefined> {
    const [user] = await this.findMany(db, [id]);
    return user;
  }

  async findMany(db: Executor, ids: readonly string[]): Promise<UserRecord[]> {
    return (
      await this.#select(db).whereIn(
        'id',
        ids.filter((id) => isUuid(id)),
      )
    ).map(withoutHash);
  }

  /** With the hash, for the password check alone. */
  async findForSignIn(db: Executor, email: string): Promise<Row | undefined> {
    const rows: Row[] = await this.#select(db).where({ email }).whereNull('external_id');
    return rows[0];
  }

  async findHash(db: Executor, id: string): Promise<string | undefined> {
    const rows: Row[] = await this.#select(db).where({ id });
    return rows[0]?.passwordHash ?? undefined;
  }

  async findByEmail(db: Executor, email: string): Promise<UserRecord | undefined> {
    const row = await this.findForSignIn(db, email);
    return row && withoutHash(row);
  }

  /** Writes down what a team's own store says of a user. */
  async enrol(db: Executor, said: EnrolledUser): Promise<UserRecord> {
    const known = await this.find(db, said.id);
    if (known && isUpToDate(known, said)) return known;
    await enrol(db, this.clock, said);
    return (await this.find(db, said.id)) as UserRecord;
  }

  async list(db: Executor, filter: UserFilter, request: PageRequest): Promise<Page<UserRecord>> {
    const query = this.#where(db, this.#select(db), filter)
      .orderBy('id', 'desc')
      .limit(request.first + 1);
    if (request.after != null) void query.where('id', '<', decodeCursor(request.after));
    return toPage((await query).map(withoutHash), request.first);
  }

  async count(db: Executor, filter: UserFilter): Promise<number> {
    const counted = this.#where(db, db('users'), filter).count({ count: '*' });
    const [row] = (await counted) as unknown as { count: string }[];
    return Number(row?.count ?? 0);
  }

  /** Whether there is no account, and there will be none before the transaction ends. */
  async lockEmpty(db: Executor): Promise<boolean> {
    await db.raw('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
    return this.isEmpty(db);
  }

  async isEmpty(db: Executor): Promise<boolean> {
    return (await db('users').select('id').first()) === undefined;
  }

  /** Raises the token epoch: every session and token from below it has ended. Answers the new one. */
  async raiseEpoch(db: Executor, id: string): Promise<number | undefined> {
    const rows = await db('users')
      .where({ id })
      .increment('token_epoch')
      .returning<{ token_epoch: number }[]>('token_epoch');
    return rows[0]?.token_epoch;
  }

  /** As `raiseEpoch`, for many. */
  async raiseEpochs(db: Executor, ids: readonly string[]): Promise<UserEpoch[]> {
    const rows = await db('users')
      .whereIn('id', ids)
      .increment('token_epoch')
      .returning<{ id: string; token_epoch: number }[]>(['id', 'token_epoch']);
    return rows.map(({ id, token_epoch }) => ({ userId: id, epoch: token_epoch }));
  }

  async disable(
    db: Executor,
    ids: readonly string[],
    until: Date | null,
    reason: string | null,
  ): Promise<void> {
    await db('users')
      .whereIn('id', ids)
      .update({
        disabled_at: sqlNow(db, this.clock),
        disabled_until: until,
        disabled_reason: reason,
      });
  }

  async enable(db: Executor, id: string): Promise<void> {
    const nothing = { disabled_at: null, disabled_until: null, disabled_reason: null };
    await db('users').where({ id }).update(nothing);
  }

  async setScopes(db: Executor, id: string, scopes: readonly string[]): Promise<void> {
    await db('users').where({ id }).update({ scopes });
  }

  async setPasswordHash(db: Executor, id: string, hash: string): Promise<void> {
    await db('users').where({ id }).update({ password_hash: hash });
  }

  /** Unless the password was changed in between. */
  async replaceHash(db: Executor, id: string, old: string, fresh: string): Promise<void> {
    await db('users').where({ id, password_hash: old }).update({ password_hash: fresh });
  }

  /** Holds the row until the transaction ends, so that changes of one account queue up. */
  async lock(db: Executor, id: string): Promise<boolean> {
    return (await db('users').select('id').where({ id }).forNoKeyUpdate().first()) !== undefined;
  }

  /** As `lock`, for many, in the order of their ids. Answers those that there are. */
  async lockMany(db: Executor, ids: readonly string[]): Promise<string[]> {
    const known = ids.filter((id) => isUuid(id));
    return db('users').whereIn('id', known).orderBy('id').forNoKeyUpdate().pluck<string[]>('id');
  }

  #disabled(db: Executor) {
    const now = sqlNow(db, this.clock);
    return db.raw('(disabled_at IS NOT NULL AND (disabled_until IS NULL OR disabled_until > ?))', [
      now,
    ]);
  }

  #select(db: Executor) {
    return db('users').select<Row[]>(
      'id',
      'external_id as externalId',
      'email',
      'name',
      'scopes',
      'password_hash as passwordHash',
      'token_epoch as tokenEpoch',
      db.raw('? AS disabled', [this.#disabled(db)]),
      'disabled_until as disabledUntil',
      'created_at as createdAt',
    );
  }

  #where<Q extends ReturnType<Executor>>(db: Executor, query: Q, filter: UserFilter): Q {
    if (filter.search) {
      const pattern = `%${filter.search.normalize('NFC').replace(/[\\%_]/g, '\\$&')}%`;
      void query.where((either) => {
        void either.whereILike('email', pattern).orWhereILike('name', pattern);
      });
    }
    if (filter.disabled !== undefined) {
      void query.whereRaw('? = ?', [this.#disabled(db), filter.disabled]);
    }
    return query;
  }
}

function withoutHash({ passwordHash: _hash, ...user }: Row): UserRecord {
  return { ...user, disabledUntil: user.disabled ? user.disabledUntil : null };
}
