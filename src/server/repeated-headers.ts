import type { FastifyInstance } from 'fastify';
import { badInput } from '../errors/index.js';

/** Node keeps the first of two, a proxy before it may have judged the second. */
const SINGLE = ['authorization', 'host'] as const;

/** Refuses requests in which two readers could read two things (RFC 9110, 5.3; RFC 9112, 3.2). */
export function refuseRepeatedHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { rawHeaders } }, _reply, done) => {
    const repeated = SINGLE.find((name) => comesTwice(rawHeaders, name));
    if (repeated === undefined) done();
    else done(badInput(repeated, `There must be one ${capital(repeated)} header.`));
  });
}

/** @param rawHeaders names and values in turn, as they came */
function comesTwice(rawHeaders: readonly string[], name: string): boolean {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) times += 1;
  }
  return times > 1;
}

const capital = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
