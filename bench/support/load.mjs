import { Connection } from './connection.mjs';

let missed = 0;

/** How many checks were not made in time, up to now. */
export const missedChecks = () => missed;

/**
 * Asks over as many connections as there are requests, each its own one again and again, until
 * `enough` says so. Every answer is looked at: one with errors ends the benchmark, but for a check that a
 * busy machine did not make in time; it does not count as an answer.
 */
async function drive(connections, requests, enough) {
  let answered = 0;
  const one = async (connection, bytes) => {
    while (!enough(answered)) {
      const { status, body } = await connection.send(bytes);
      const good = status === 200 && !body.includes('"errors"');
      if (good) answered += 1;
      else if (body.includes('AUTH_CHECK_UNAVAILABLE')) missed += 1;
      else throw new Error(`${status} ${body}`);
    }
  };
  await Promise.all(connections.map((connection, index) => one(connection, requests[index])));
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
