import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/index.js';
import type { Clock } from '../../support/clock.js';

/** The counts of one account, as they stood when they were read. */
export interface AttemptRecord<Counts> {
  readonly counts: Counts;
  readonly version: string;
  /** It was not there before: these are the counts that were offered. */
  readonly made: boolean;
  /** Of the places that were asked about: those that are known, and whether since yesterday. */
  readonly known: Readonly<Record<string, { readonly lately: boolean }>>;
}

export interface AttemptQuestion<Counts> {
  readonly account: string;
  /** The account's address in the clear: whether there is such an account decides how long it is kept. */
  readonly email: string;
  readonly places: readonly string[];
  /** Written down where there are no counts yet. */
  readonly first: Counts;
}

/** Where counts are kept, for all nodes or for this one. */
export interface AttemptRegister<Counts> {
  open(question: AttemptQuestion<Counts>): Promise<AttemptRecord<Counts>>;
  read(account: string): Promise<Pick<AttemptRecord<Counts>, 'counts' | 'version'> | undefined>;
  /**
   * Puts other counts in the place of those that were read; undefined: none.
   * @returns undefined when somebody was faster, else the new version
   */
  replace(
    account: string,
    version: string,
    counts: Counts | undefined,
  ): Promise<string | undefined>;
}

/** Values: account, counts, version, e-mail address, places, now. */
const OPEN = `
  WITH n AS (SELECT coalesce($6::timestamptz, clock_timestamp()) AS now),
  made AS (
    INSERT INTO password_attempts (account, counts, version, kept, touched_at)
    SELECT $1, $2::json, $3::uuid, EXISTS (SELECT 1 FROM known_places WHERE account = $1)
      OR EXISTS (SELECT 1 FROM users WHERE email = $4 AND external_id IS NULL), now
    FROM n
    ON CONFLICT DO NOTHING
    RETURNING version
  )
  SELECT a.counts, coalesce(made.version, a.version) AS version, made.version IS NOT NULL AS made,
    (SELECT coalesce(json_object_agg(place, json_build_object('lately', last_at > now - interval '1 day')), '{}')
       FROM known_places WHERE account = $1 AND place = ANY($5::text[])) AS known
  FROM n
  LEFT JOIN made ON true
  LEFT JOIN password_attempts a ON a.account = $1`;

const REPLACE = `
  UPDATE password_attempts SET counts = $3::json, version = $4::uuid,
    touched_at = coalesce($5::timestamptz, clock_timestamp())
  WHERE account = $1 AND version = $2::uuid
  RETURNING version`;

const ERASE = `
  DELETE FROM password_attempts WHERE account = $1 AND version = $2::uuid RETURNING version`;

/** A day apart is often enough for what is forgotten after months. */
const LEARN = `
  INSERT INTO known_places (account, place, last_at)
  SELECT $1, place, coalesce($3::timestamptz, clock_timestamp()) FROM unnest($2::text[]) AS place
  ON CONFLICT (account, place) DO UPDATE SET last_at = excluded.last_at`;

const FORGET = `
  WITH places AS (
    DELETE FROM known_places WHERE account = $1 AND $2::text[] IS NOT NULL AND place <> ALL($2::text[])
  )
  DELETE FROM password_attempts WHERE account = $1`;

/** Days. */
const UNKNOWN_ACCOUNT = 30;
const PLACE = 180;

/** The limiter of addresses goes by the machines' own clocks. */
const CLEAN_UP = `
  WITH n AS (SELECT coalesce($1::timestamptz, clock_timestamp()) AS now),
  accounts AS (
    DELETE FROM password_attempts WHERE account IN (
      SELECT account FROM password_attempts
      WHERE NOT kept AND touched_at < (SELECT now FROM n) - make_interval(days => ${UNKNOWN_ACCOUNT})
      ORDER BY touched_at LIMIT $2)
    RETURNING 1
  ), places AS (
    DELETE FROM known_places WHERE (account, place) IN (
      SELECT account, place FROM known_places
      WHERE last_at < (SELECT now FROM n) - make_interval(days => ${PLACE})
      ORDER BY last_at LIMIT $2)
    RETURNING 1
  ), limits AS (
    DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits
      WHERE expire < (SELECT extract(epoch FROM clock_timestamp()) * 1000)::bigint
      ORDER BY expire LIMIT $2)
    RETURNING 1
  )
  SELECT greatest(
    (SELECT count(*) FROM accounts), (SELECT count(*) FROM places), (SELECT count(*) FROM limits)
  )::integer AS count`;

/** Attempts at passwords, for all nodes, and the places from which they have succeeded. */
export class AttemptStore<Counts> implements AttemptRegister<Counts> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One round trip. @throws PortcullisError STORE_UNAVAILABLE */
  async open(question: AttemptQuestion<Counts>): Promise<AttemptRecord<Counts>> {
    const { account, email, places, first } = question;
    for (;;) {
      const [row] = await this.database.query<
        Omit<AttemptRecord<Counts>, 'counts' | 'version'> & {
          counts: Counts | null;
          version: string | null;
        }
      >(OPEN, [account, JSON.stringify(first), randomUUID(), email, places, this.#now()]);
      // Neither: somebody made it while this statement looked.
      if (row?.version == null) continue;
      return { ...row, counts: row.counts ?? first, version: row.version };
    }
  }

  async read(
    account: string,
  ): Promise<Pick<AttemptRecord<Counts>, 'counts' | 'version'> | undefined> {
    const text = 'SELECT counts, version FROM password_attempts WHERE account = $1';
    const [row] = await this.database.query<{ counts: Counts; version: string }>(text, [account]);
    return row;
  }

  /** @throws PortcullisError STORE_UNAVAILABLE */
  async replace(
    account: string,
    version: string,
    counts: Counts | undefined,
  ): Promise<string | undefined> {
    const [row] =
      counts === undefined
        ? await this.database.query<{ version: string }>(ERASE, [account, version])
        : await this.database.query<{ version: string }>(REPLACE, [
            ...[account, version, JSON.stringify(counts), randomUUID(), this.#now()],
          ]);
    return row?.version;
  }

  /** Of these places: whether any is known. */
  async knows(account: string, places: readonly string[]): Promise<boolean> {
    const text =
      'SELECT 1 FROM known_places WHERE account = $1 AND place = ANY($2::text[]) LIMIT 1';
    return (await this.database.query(text, [account, places])).length > 0;
  }

  async learn(account: string, places: readonly string[]): Promise<void> {
    await this.database.query(LEARN, [account, places, this.#now()]);
  }

  /** Forgets the counts. @param spare where it is given, every other place is forgotten too */
  async forget(account: string, spare?: readonly string[]): Promise<void> {
    await this.database.query(FORGET, [account, spare ?? null]);
  }

  /** Forgets what has expired. Answers how many rows of a kind it touched at most. */
  async cleanUp(batch: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(CLEAN_UP, [this.#now(), batch]);
    return row?.count ?? 0;
  }

  #now(): Date | null {
    return this.clock.forDatabase();
  }
}
