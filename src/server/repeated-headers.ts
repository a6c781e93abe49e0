import type { FastifyInstance } from 'fastify';
import { badInput } from '../errors/index.js';

/** Node keeps the first of two, a proxy before it may have judged the second. */
const SINGLE = ['Authorization', 'Host'] as const;

/** Refuses requests in which two readers could read two things (RFC 9110, 5.3; RFC 9112, 3.2). */
export function refuseRepeatedHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { rawHeaders } }, _reply, done) => {
    const given = rawHeaders.filter((_, index) => index % 2 === 0);
    const timesOf = (name: string) =>
      given.filter((each) => each.toLowerCase() === name.toLowerCase()).length;
    const repeated = SINGLE.find((name) => timesOf(name) > 1);
    if (repeated === undefined) done();
    else done(badInput(repeated.toLowerCase(), `There must be one ${repeated} header.`));
  });
}
