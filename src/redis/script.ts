import { createHash } from 'node:crypto';

/** A Lua script on one key, so that it runs on a Cluster too; Redis runs it alone, as one step. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

export function defineScript(lua: string): Script {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}
