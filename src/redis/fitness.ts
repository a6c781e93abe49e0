import type { RedisTarget } from '../config/index.js';
import { replyCode } from './failures.js';

/** One server as it answers for itself. */
export interface Server {
  call(command: string, ...args: string[]): Promise<unknown>;
}

const OLDEST = [6, 2] as const;

/**
 * Why this server must not keep sessions; undefined when it may. An eviction policy would drop sessions
 * when memory runs short: those of `volatile-…` too, since every session has a time to live.
 */
export async function unfit(
  server: Server,
  kind: RedisTarget['kind'],
): Promise<string | undefined> {
  const info = await readInfo(server);
  const { version, mode, role } = info;
  if (version !== undefined && isTooOld(version))
    return `Redis ${OLDEST.join('.')} or later is needed; this is ${version}`;
  if (mode === 'cluster' && kind !== 'cluster') {
    return 'Redis is part of a Cluster: write redis+cluster:// in REDIS_URL';
  }
  if (role === 'slave') return 'Redis is a replica: REDIS_URL must lead to the primary';
  const policy = info.policy ?? (await askPolicy(server));
  if (policy === undefined) {
    return 'Redis does not tell its maxmemory-policy: let its user run INFO or CONFIG GET';
  }
  if (policy === 'noeviction') return undefined;
  return `Redis may evict sessions: its maxmemory-policy is ${policy} and must be noeviction`;
}

async function readInfo(server: Server) {
  const fields = new Map<string, string>();
  for (const section of ['server', 'replication', 'memory']) {
    const text = await allowed(server.call('INFO', section));
    for (const line of typeof text === 'string' ? text.split('\r\n') : []) {
      const [, name = '', value = ''] = /^(\w+):(.*)$/.exec(line) ?? [];
      fields.set(name, value);
    }
  }
  return {
    version: fields.get('redis_version'),
    mode: fields.get('redis_mode'),
    role: fields.get('role'),
    policy: fields.get('maxmemory_policy'),
  };
}

async function askPolicy(server: Server): Promise<string | undefined> {
  const answer = await allowed(server.call('CONFIG', 'GET', 'maxmemory-policy'));
  return Array.isArray(answer) && answer.length === 2 ? String(answer[1]) : undefined;
}

/** Services rename or forbid either command; that is an answer, and not an outage. */
async function allowed(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (['ERR', 'NOPERM'].includes(replyCode(error) ?? '')) return undefined;
    throw error;
  }
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
