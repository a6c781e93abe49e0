// What a flood of log-ins does to everybody else: 300 in flight, again and again, while others ask @auth
// and @critical fields. Prints JSON.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startCluster, withUndo } from './support/cluster.mjs';
import { Connection, registerMany, requestBytes } from './support/connection.mjs';
import { freePort, startNode } from './support/node.mjs';
import { round, summary } from './support/numbers.mjs';
import { keep, machine, say } from './support/report.mjs';

const IN_FLIGHT = 300;
/** Milliseconds of each phase. */
const PHASE = 10_000;
/** Milliseconds between two questions of one who asks: they do not make the load themselves. */
const PAUSE = 5;
const ASKING = { auth: '{ me { id } }', critical: '{ mySessions { id } }' };

const FLOOD = new URL('support/login-flood.mjs', import.meta.url);

/** Asks until it is over. Answers how long each answer took, and how many were good. */
async function asking(url, query, token, isOver) {
  const connection = new Connection(url);
  const bytes = requestBytes(query, { token });
  const taken = [];
  let good = 0;
  while (!isOver()) {
    const began = performance.now();
    const { status, body } = await connection.send(bytes);
    taken.push(performance.now() - began);
    if (status === 200 && !body.includes('"errors"')) good += 1;
    await delay(PAUSE);
  }
  connection.close();
  return { taken, good };
}

async function lagOf(metricsUrl) {
  const text = await (await fetch(metricsUrl)).text();
  const of = (name) => 1_000 * Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return {
    p99: round(of('nodejs_eventloop_lag_p99_seconds'), 1),
    max: round(of('nodejs_eventloop_lag_max_seconds'), 1),
  };
}

/** One phase: what those who ask see, and the event loop's lag meanwhile, in milliseconds. */
async function phase({ url, metricsUrl, users }, work) {
  let over = false;
  // Read once, so that what was before does not count.
  await lagOf(metricsUrl);
  const isOver = () => over;
  const asked = Object.entries(ASKING).map(async ([kind, query], index) => {
    const { taken, good } = await asking(url, query, users[index].accessToken, isOver);
    return [kind, { ...summary(taken), successShare: round(good / taken.length, 4) }];
  });
  const result = await work();
  over = true;
  const seen = Object.fromEntries(await Promise.all(asked));
  return { ...seen, eventLoopLag: await lagOf(metricsUrl), ...result };
}

const found = await withUndo(async (defer) => {
  const cluster = await startCluster();
  defer(cluster.stop);
  const port = await freePort();
  const node = await startNode({
    database: await cluster.createDatabase('flood'),
    env: { METRICS_PORT: String(port) },
  });
  defer(node.stop);
  say(`making ${IN_FLIGHT} accounts`);
  const users = await registerMany(node.url, IN_FLIGHT, 'flood');
  const place = { url: node.url, metricsUrl: `http://127.0.0.1:${port}/metrics`, users };
  await phase(place, () => delay(1_000));
  const idle = await phase(place, () => delay(PHASE));

  const emails = users.map((_, at) => `flood.${at}@example.com`);
  const flood = async (password) => {
    const workerData = { url: node.url, emails, password, phase: PHASE };
    const [result] = await once(new Worker(FLOOD, { workerData }), 'message');
    return result;
  };
  const right = await phase(place, () => flood('a password of some length'));
  await delay(2_000);
  const wrong = await phase(place, () => flood('another password of length'));
  return { idle, flood: { 'right passwords': right, 'wrong passwords': wrong } };
});

const ratios = Object.fromEntries(
  Object.entries(found.flood).map(([kind, { auth }]) => [
    kind,
    round(auth.p99 / found.idle.auth.p99, 2),
  ]),
);
const results = {
  machine: machine(),
  inFlight: IN_FLIGHT,
  milliseconds: found,
  authP99ToIdle: ratios,
  bars: '@auth p99 at most twice its idle value; @critical success at least 0.99',
};
console.log(JSON.stringify(results, undefined, 2));
keep('login-flood', results);
