import { Connection } from './connection.mjs';

/**
 * Asks over as many connections as there are requests, each its own one again and again, until
 * `enough` says so. Every answer is looked at: one with errors ends the benchmark.
 */
async function drive(connections, requests, enough) {
  let answered = 0;
  const one = async (connection, bytes) => {
    while (!enough(answered)) {
      const { status, body } = await connection.send(bytes);
      if (status !== 200 || body.includes('"errors"')) throw new Error(`${status} ${body}`);
      answered += 1;
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

/** Asks about so many times. Answers how many it were. */
export function requestsOf(connections, requests, count) {
  let begun = 0;
  return drive(connections, requests, () => begun++ >= count);
}

export function openConnections(url, count) {
  return Array.from({ length: count }, () => new Connection(url));
}
