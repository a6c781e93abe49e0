import type { FastifyReply } from 'fastify';
import { withCookie } from './form.js';
import type { PutCookie } from './request-cookies.js';

export function onReply(reply: FastifyReply): PutCookie {
  return (name, line) => {
    const all = withCookie(reply.getHeader('set-cookie'), name, line);
    void reply.removeHeader('set-cookie').header('set-cookie', all);
  };
}
