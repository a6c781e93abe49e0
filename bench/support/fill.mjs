import pg from 'pg';

/** Rows that one statement inserts: several are under way at once, and none of them is in memory. */
const CHUNK = 100_000;
const WORKERS = 2;
/** Users of 1, 2, … 20 sessions each, again and again: so many users have so many sessions. */
const USERS = 20;
const SESSIONS = 210;

/** The id of a user by its number k, without a look at the table; a UUIDv7 by its form and order. */
const USER_ID = `
  (lpad(to_hex(1735689600000 + k * 6000), 12, '0') || '70008000' || lpad(to_hex(k), 12, '0'))::uuid`;

const FILL_USERS = `
  INSERT INTO users (id, email, name, password_hash, scopes, created_at)
  SELECT ${USER_ID}, 'user.' || k || '@example.com', 'User ' || k,
    '$argon2id$v=19$m=19456,t=2,p=1$' || repeat('s', 22) || '$' || repeat('h', 43), '{}',
    now() - interval '1 year'
  FROM generate_series($1::bigint, $2::bigint - 1) AS k`;

/**
 * Sessions of the last 60 days in the order of their sign-in, each of a user from anywhere. A sixth has
 * ended, a sixth of the older ones was left unused until it expired, the others live and have been
 * refreshed. An event tells of each sign-in.
 */
const FILL_SESSIONS = `
  WITH made AS (
    INSERT INTO sessions (id, user_id, device_id, device_name, ip, user_agent, created_at, authenticated_at,
      last_used_at, expires_at, max_expires_at, token_epoch, global_epoch, secret, refresh_counter,
      rotated_at, ended_at, ended_reason)
    SELECT uuidv7(at - clock_timestamp()), ${USER_ID},
      '7c9e6679-7425-40de-944b-' || lpad(n::text, 12, '0'), 'Firefox on Linux',
      '198.51.100.' || n % 250, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      at, at,
      CASE state WHEN 'live' THEN greatest(at, now() - interval '1 day') ELSE at END,
      CASE state WHEN 'live' THEN now() + interval '13 days' ELSE at + interval '14 days' END,
      at + interval '90 days', 0, 0, sha256(n::text::bytea), n % 500,
      CASE state WHEN 'live' THEN array_fill(now() - interval '1 day', ARRAY[(n % 17)::integer])
        ELSE '{}' END,
      CASE state WHEN 'ended' THEN greatest(at, now() - interval '20 days') END,
      CASE state WHEN 'ended' THEN 'logged_out' END
    FROM (
      SELECT n, at, slot / ${SESSIONS} * ${USERS}
          + floor((sqrt(8 * (slot % ${SESSIONS}) + 1) - 1) / 2)::bigint AS k,
        CASE WHEN n % 6 = 0 THEN 'ended'
          WHEN n % 6 = 1 AND at < now() - interval '15 days' THEN 'left' ELSE 'live' END AS state
      FROM (
        SELECT n, n * 7919 % $3::bigint AS slot,
          now() - interval '60 days' * (1 - n / $3::float8) AS at
        FROM generate_series($1::bigint, $2::bigint - 1) AS n
        OFFSET 0
      ) AS drawn
      OFFSET 0
    ) AS told
    RETURNING id, user_id, created_at, ip
  )
  INSERT INTO audit_events (id, at, type, user_id, session_id, ip)
  SELECT uuidv7(created_at - clock_timestamp()), created_at, 'session.started', user_id, id, ip FROM made`;

const INDEXES = `
  SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition,
    i.indrelid::regclass::text AS on, c.conname AS constraint, pg_get_constraintdef(c.oid) AS key
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
  WHERE i.indrelid IN ('sessions'::regclass, 'audit_events'::regclass)
  -- Those that take long first: nobody is left with one of them alone.
  ORDER BY i.indnatts DESC`;

/** Takes the work one after the other, several at once, each on a connection of its own. */
async function together(url, work) {
  const one = async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      // Nothing is lost that anybody needs; and foreign keys hold by the way the rows are made.
      await client.query(`SET synchronous_commit = off; SET session_replication_role = replica;
        SET maintenance_work_mem = '1GB'; SET work_mem = '256MB';
        SET max_parallel_maintenance_workers = 0`);
      for (let next = work.shift(); next; next = work.shift()) await client.query(next);
    } finally {
      await client.end();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, one));
}

function chunks(text, count, values = []) {
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, at) => ({
    text,
    values: [at * CHUNK, Math.min(count, (at + 1) * CHUNK), ...values],
  }));
}

/**
 * Fills a migrated database with so many sessions, their users, and an event for each sign-in. Indexes are
 * built when the rows are there. Answers how long it took, in seconds.
 */
export async function fill(url, sessions) {
  const began = performance.now();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: indexes } = await client.query(INDEXES);
    for (const { name, on, constraint } of indexes) {
      await client.query(
        constraint ? `ALTER TABLE ${on} DROP CONSTRAINT ${constraint}` : `DROP INDEX ${name}`,
      );
    }
    const users = Math.ceil(sessions / SESSIONS) * USERS;
    await together(url, [
      ...chunks(FILL_USERS, users),
      ...chunks(FILL_SESSIONS, sessions, [sessions]),
    ]);
    await together(
      url,
      indexes.map(({ name, definition, on, constraint, key }) =>
        constraint ? `ALTER TABLE ${on} ADD CONSTRAINT ${name} ${key}` : definition,
      ),
    );
    await together(
      url,
      ['users', 'sessions', 'audit_events'].map((name) => `VACUUM (ANALYZE) ${name}`),
    );
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
  return (performance.now() - began) / 1_000;
}
