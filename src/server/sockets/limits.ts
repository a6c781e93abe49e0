/** Bounds on what sockets may cost. Durations in milliseconds, sizes in bytes. */
export interface SocketLimits {
  /** Sockets of a node. */
  readonly sockets: number;
  /** Of one address, with nobody signed in: those that are still to say who they are, and those of nobody. */
  readonly socketsOfNobody: number;
  /** Of one user on a node. */
  readonly socketsOfUser: number;
  readonly subscriptionsOfUser: number;
  /** Operations of a socket at once, subscriptions included. */
  readonly operations: number;
  /** One message: as much as one HTTP body. */
  readonly message: number;
  /** What a client has not taken yet; beyond that it is not listened to until it has. */
  readonly untaken: number;
  /** How long a socket may stay without its first message. */
  readonly silence: number;
  /** Between pings; a peer that has not answered one by the next is dead. */
  readonly heartbeat: number;
  /** How long the close waits for what is under way, by why it closes. */
  readonly patience: { readonly over: number; readonly expired: number; readonly stopping: number };
  /** How long a peer may take to close its end; then it is cut. */
  readonly handshake: number;
}

export const LIMITS: SocketLimits = {
  sockets: 10_000,
  socketsOfNobody: 200,
  socketsOfUser: 100,
  subscriptionsOfUser: 200,
  operations: 64,
  message: 100 * 1024,
  untaken: 1024 * 1024,
  silence: 5_000,
  heartbeat: 15_000,
  patience: { over: 1_000, expired: 500, stopping: 5_000 },
  handshake: 2_000,
};
