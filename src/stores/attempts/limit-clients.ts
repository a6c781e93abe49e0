import type { Database } from '../../database/index.js';
import { defineScript } from '../../redis/index.js';
import type { Redis, Script } from '../../redis/index.js';

/** What a limiter takes for a client of PostgreSQL: statements on our pool, whose waits have bounds. */
export function postgresClient(database: Database) {
  return {
    query: async ({ text, values }: { text: string; values: unknown[] }) => {
      const rows = await database.query(text, values);
      return { rows, rowCount: rows.length };
    },
  };
}

/** What a limiter takes for a client of Redis: its one script, on our connection. */
export function redisClient(redis: Redis) {
  let script: Script | undefined;
  return {
    defineCommand: (_name: string, { lua }: { lua: string }) => (script = defineScript(lua)),
    rlflxIncr: ([key = '', ...args]: string[]) => {
      if (!script) throw new Error('the limiter has defined no script');
      return redis.run(script, key, ...args);
    },
  };
}
