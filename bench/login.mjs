// What a log-in costs over the hash that it cannot do without, and what a flood of log-ins does to everybody
// else: 300 in flight, again and again, while others ask @auth and @critical fields.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { startCluster, withUndo } from './support/cluster.mjs';
import { Connection, registerMany, requestBytes } from './support/connection.mjs';
import { inWords, interleave, ratios, spread } from './support/interleave.mjs';
import { openConnections, throughput } from './support/load.mjs';
import { freePort, startNode } from './support/node.mjs';
import { round, summary } from './support/numbers.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { rounds } from './support/rounds.mjs';

const IN_FLIGHT = 300;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Milliseconds of each phase: failures of one address are slowed down after 600 in an hour. */
const PHASE = rounds(3_000, 1_500);
/** Log-ins at once where their rate is measured: enough for every thread, too few to be refused. */
const AT_ONCE = 8;
const PASSWORD = 'a password of some length';
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
/** Milliseconds between two questions of one who asks: they do not make the load themselves. */
const PAUSE = 5;
const ASKING = { auth: '{ me { id } }', critical: '{ mySessions { id } }' };

const FLOOD = new URL('support/login-flood.mjs', import.meta.url);
const BARE = fileURLToPath(new URL('support/bare-hash.mjs', import.meta.url));

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
  const asked = Object.entries(ASKING).map(([, query], index) =>
    asking(url, query, users[index].accessToken, isOver),
  );
  const answers = await work();
  over = true;
  const [auth, critical] = await Promise.all(asked);
  const { p50, p99 } = summary(auth.taken, 3);
  return {
    ...{ p50, p99, criticalP99: summary(critical.taken, 3).p99 },
    criticalGood: critical.good / critical.taken.length,
    lag: (await lagOf(metricsUrl)).p99,
    ...answers,
  };
}

/** Hashes a second without a server, and log-ins a second with one. */
async function rates({ url, users }, defer) {
  const bare = fork(BARE);
  const ended = once(bare, 'exit');
  defer(async () => {
    if (bare.connected) bare.disconnect();
    await ended;
  });
  const some = users.slice(0, AT_ONCE);
  const connections = openConnections(url, AT_ONCE);
  const requests = some.map((_, at) => {
    const input = { email: `flood.${at}@example.com`, password: PASSWORD };
    return requestBytes(LOGIN, { variables: { input } });
  });
  const variants = {
    hash: async () => {
      bare.send({ inFlight: AT_ONCE, milliseconds: PHASE });
      const [rate] = await once(bare, 'message');
      return { rate };
    },
    login: async () => ({ rate: await throughput(connections, requests, PHASE) }),
  };
  await variants.hash();
  const samples = await interleave(Object.keys(variants), ROUNDS, (name) => variants[name]());
  for (const connection of connections) connection.close();
  const rateOf = (name) =>
    spread(
      samples[name].map(({ rate }) => rate),
      1,
    );
  return {
    ...{ hash: rateOf('hash'), login: rateOf('login') },
    share: ratios(samples.login, samples.hash, 'rate'),
  };
}

/** What those who ask see while nobody floods, and while somebody does. */
async function floods(place) {
  const emails = place.users.map((_, at) => `flood.${at}@example.com`);
  const flood = (password) => async () => {
    const workerData = { url: place.url, emails, password, phase: PHASE };
    const [{ answers }] = await once(new Worker(FLOOD, { workerData }), 'message');
    return { answers };
  };
  const variants = {
    idle: () => delay(PHASE, {}),
    'right passwords': flood(PASSWORD),
    'wrong passwords': flood('another password of length'),
  };
  const samples = await interleave(Object.keys(variants), ROUNDS, (name) =>
    phase(place, variants[name]),
  );
  const found = {};
  for (const [name, of] of Object.entries(samples)) {
    const each = (key, digits) =>
      spread(
        of.map((sample) => sample[key]),
        digits,
      );
    found[name] = {
      ...{ p50: each('p50'), p99: each('p99'), lag: each('lag', 1) },
      ...{ criticalP99: each('criticalP99'), criticalGood: each('criticalGood', 4) },
      p99ToIdle: ratios(of, samples.idle, 'p99'),
      p50ToIdle: ratios(of, samples.idle, 'p50'),
      answers: of.map(({ answers }) => answers),
    };
  }
  return found;
}

const where = machine();
const found = await withUndo(async (defer) => {
  const cluster = await startCluster();
  defer(cluster.stop);
  const port = await freePort();
  const node = await startNode({
    database: await cluster.createDatabase('flood'),
    env: { METRICS_PORT: String(port) },
  });
  defer(node.stop);
  say(`making ${IN_FLIGHT} accounts…`);
  const users = await registerMany(node.url, IN_FLIGHT, 'flood');
  const place = { url: node.url, metricsUrl: `http://127.0.0.1:${port}/metrics`, users };
  await phase(place, () => delay(1_000, {}));
  say('log-ins and hashes…');
  const rate = await rates(place, defer);
  say('floods…');
  return { rate, flood: await floods(place) };
});

const { rate, flood } = found;
const text = `${table(
  ['', 'a second', 'share'],
  [
    ['password hashes alone', inWords(rate.hash), 1],
    ['log-ins', inWords(rate.login), inWords(rate.share)],
  ],
)}

${table(
  ['', '`@auth` p50', 'p99', 'p99 to idle', 'event loop p99', '`@critical` p99', 'answered well'],
  Object.entries(flood).map(([name, seen]) => [
    name,
    ...[seen.p50, seen.p99].map((value) => `${inWords(value)} ms`),
    inWords(seen.p99ToIdle),
    `${inWords(seen.lag)} ms`,
    `${inWords(seen.criticalP99)} ms`,
    inWords(seen.criticalGood),
  ]),
)}

Median of ${ROUNDS} rounds of ${PHASE / 1_000} s, each of all variants in turn (least to most). Hashes and log-ins: ${AT_ONCE} at
once, as many threads. Floods: ${IN_FLIGHT} log-ins in flight. Aimed at: an @auth p99 of at most twice its idle value, @critical
answered in 0.99 of all cases. Load of the machine before: ${where.loadBefore}.`;
console.log(text);
keep('login', { machine: where, rounds: ROUNDS, inFlight: IN_FLIGHT, ...found });
await writeBetween('docs/performance.md', 'bench:login', text);
