import { missing } from '../support/debian.js';
import { PGBOUNCER } from '../support/pgbouncer.js';
import { POSTGRES_15 } from '../support/postgres-15.js';
import { playShare } from './share.js';

const lacks = missing([...POSTGRES_15, ...PGBOUNCER]);
const troubles =
  lacks.length > 0 && process.env['TEST_NO_SKIP'] === undefined
    ? undefined
    : ({ failOver: 'synchronous', pooler: true } as const);

const where = troubles
  ? 'one of them behind a pooler, and a database that fails over'
  : `without fail-over or pooler: no ${lacks.join(', ')}`;

describe(`three nodes, clients, admins and thieves, ${where}`, () => {
  playShare({ scheme: 'refresh', store: 'postgres', ...troubles, seconds: 10 });
});
