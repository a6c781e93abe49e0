import pg from 'pg';
import { describeWith } from './debian.js';
import { POSTGRES_15 } from './postgres-15.js';
import type { Server } from './postgres-15.js';
import { startReplicatedPair } from './replicated-pair.js';
import type { ReplicatedPair } from './replicated-pair.js';
import { until } from './until.js';

const XID = 'INSERT INTO facts (text) VALUES ($1) RETURNING xid::text';
const CREATE = `CREATE TABLE facts (id serial, text text, xid xid8 DEFAULT pg_current_xact_id())`;
const TIMELINE = 'SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline';

async function write(server: Server, text: string): Promise<string> {
  const [row] = await server.query<{ xid: string }>(XID, [text]);
  return row?.xid ?? '';
}
const read = async (server: Server): Promise<string[]> =>
  (await server.query<{ text: string }>('SELECT text FROM facts ORDER BY xid')).map((r) => r.text);

describeWith(POSTGRES_15)('a primary and its standby', () => {
  let pair: ReplicatedPair;
  afterEach(() => pair.stop());

  it('an asynchronous fail-over loses commits and issues their xids once more', async () => {
    pair = await startReplicatedPair();
    const { primary, standby } = pair;
    await primary.query(CREATE);
    await write(primary, 'kept');
    await pair.caughtUp();
    pair.cutReplication();
    const lost = await write(primary, 'lost');
    const [before] = await primary.query(TIMELINE);

    const client = new pg.Client({ connectionString: pair.url });
    const broken = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await pair.failOver();
    await broken;
    expect(await read(standby)).toEqual(['kept']);
    expect(await write(standby, 'new')).toBe(lost);
    expect(await standby.query(TIMELINE)).not.toEqual([before]);

    const reconnected = new pg.Client({ connectionString: pair.url });
    await reconnected.connect();
    const { rows } = await reconnected.query('SELECT pg_is_in_recovery() AS standby');
    expect(rows).toEqual([{ standby: false }]);
    await reconnected.end();
  }, 120_000);

  it('a standby whose replay is paused lags behind, and one that was cut off catches up', async () => {
    pair = await startReplicatedPair();
    const { primary, standby } = pair;
    await primary.query(CREATE);
    await pair.caughtUp();
    await pair.pauseReplay();
    await write(primary, 'unseen');
    expect(await read(standby)).toEqual([]);
    await pair.resumeReplay();
    await pair.caughtUp();
    pair.cutReplication();
    await write(primary, 'missed');
    expect(await read(standby)).toEqual(['unseen']);
    await pair.healReplication();
    expect(await read(standby)).toEqual(['unseen', 'missed']);
  }, 120_000);

  it('a commit waits for a synchronous standby; cancelled, it warns and is there all the same', async () => {
    pair = await startReplicatedPair({ synchronous: true });
    await pair.primary.query(CREATE);
    await pair.caughtUp();
    pair.cutReplication();
    const client = new pg.Client({ connectionString: pair.url });
    const notices: (string | undefined)[] = [];
    client.on('notice', ({ severity, code }) => notices.push(`${severity ?? ''} ${code ?? ''}`));
    await client.connect();
    const commit = client.query("INSERT INTO facts (text) VALUES ('alone')");
    await until(async () => (await pair.waitingCommits()) === 1);
    expect(await pair.cancelCommits()).toBe(1);
    await commit;
    expect(notices).toEqual(['WARNING 01000']);
    expect(await read(pair.primary)).toEqual(['alone']);
    expect(await read(pair.standby)).toEqual([]);
    await client.end();
  }, 120_000);
});
