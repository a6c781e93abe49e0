import { PortcullisError } from '../../errors/index.js';
import type { SocketLimits } from './limits.js';
import { Tally } from './tally.js';

/** What may be had at once on a node. */
export class Places {
  /** Sockets that are nobody's, by their address. */
  readonly ofNobody: Tally;
  /** By user. */
  readonly sockets: Tally;
  /** By user. */
  readonly subscriptions: Tally;

  constructor({ socketsOfNobody, socketsOfUser, subscriptionsOfUser }: SocketLimits) {
    this.ofNobody = new Tally(socketsOfNobody);
    this.sockets = new Tally(socketsOfUser);
    this.subscriptions = new Tally(subscriptionsOfUser);
  }
}

/** Final for clients: coming back by themselves they would only keep knocking. */
export const TOO_MANY_SOCKETS = [4429, 'Too many requests'] as const;

export function tooMany(what: string): PortcullisError {
  const message = `Too many ${what} at once.`;
  return new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { message, retryAfter: 1 });
}
