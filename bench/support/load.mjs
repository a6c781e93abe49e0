import { Connection } from './connection.mjs';

let missed = 0;
/** Where the next requests of a list begin. */
const started = new WeakMap();

/** How many checks were not made in time, up to now. */
export const missedChecks = () => missed;

/**
 * Asks over all connections at once, the requests in turn and again and again, until `enough` says so.
 * Every answer is looked at: one with errors ends the benchmark, but for a check that a busy machine did
 * not make in time; it does not count as an answer.
 */
async function drive(connections, requests, enough) {
  let answered = 0;
  // Requests that are cycled through without end go on where the last call stopped.
  let next = (started.get(requests) ?? 0) % requests.length;
  const one = async (connection) => {
    while (!enough(answered)) {
      const bytes = requests[next];
      next = (next + 1) % requests.length;
      const { status, body } = await connection.send(bytes);
      const good = status === 200 && !body.includes('"errors"');
      if (good) answered += 1;
      else if (body.includes('AUTH_CHECK_UNAVAILABLE')) missed += 1;
      else throw new Error(`${status} ${body}`);
    }
  };
  await Promise.all(connections.map((connection) => one(connection)));
  started.set(requests, next);
  return answered;
}

/** Requests a second over so many milliseconds. */
export async function throughput(connections, requests, milliseconds) {
  const started = performance.now();
  const end = started + milliseconds;
  const answered = await drive(connections, requests, () => performance.now() >= end);
  return (answered * 1_000) / (performance.now() - started);
}

/** Asks about so many times, within so many milliseconds. Answers how many it were. */
export function requestsOf(connections, requests, count, milliseconds) {
  const end = performance.now() + milliseconds;
  let begun = 0;
  return drive(connections, requests, () => begun++ >= count || performance.now() >= end);
}

export function openConnections(url, count) {
  return Array.from({ length: count }, () => new Connection(url));
}
