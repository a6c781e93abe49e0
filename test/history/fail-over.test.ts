import { PGBOUNCER } from '../support/pgbouncer.js';
import { POSTGRES_15 } from '../support/postgres-15.js';
import { describeWith } from '../support/debian.js';
import { playShare } from './share.js';

describeWith([...POSTGRES_15, ...PGBOUNCER])(
  'three nodes, one of them behind a pooler, and a database that fails over',
  () => {
    playShare({
      ...{ scheme: 'refresh', store: 'postgres', failOver: 'synchronous', pooler: true },
      seconds: 12,
    });
  },
);
