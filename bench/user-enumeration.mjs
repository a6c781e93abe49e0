// Whether the time of a refused log-in tells that there is such an account: an unknown one, one with a
// wrong password and a disabled one with a wrong password, in turns, over HTTP. Prints JSON.
import { startCluster, withUndo } from './support/cluster.mjs';
import { Connection, ask, logIn, requestBytes } from './support/connection.mjs';
import { ADMIN, startNode } from './support/node.mjs';
import { median, round, summary } from './support/numbers.mjs';
import { keep, machine, say } from './support/report.mjs';

const ROUNDS = 200;
const WARM_UP = 10;
/** Parts whose ratios show how far chance goes. */
const PARTS = 5;
const KINDS = ['unknown', 'known', 'disabled'];

const REGISTER =
  'mutation ($input: RegisterInput!) { register(input: $input) { user { id } accessToken } }';
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
const DISABLE = 'mutation ($id: ID!) { disableUser(id: $id) { id } }';

const emailOf = (kind, at) => `${kind}.${at}@example.com`;
/** An address each, which is no known place of the account, lest a limit is what is measured. */
const from = (at) => ({ 'x-forwarded-for': `10.1.${at >> 8}.${at & 255}` });

async function makeAccounts(url, kind, count) {
  const ids = [];
  for (let at = 0; at < count; at += 4) {
    const some = Array.from({ length: Math.min(4, count - at) }, (_, index) => {
      const input = { email: emailOf(kind, at + index), password: 'four plain words here' };
      return ask(url, REGISTER, { variables: { input }, headers: from(60_000) });
    });
    for (const { register } of await Promise.all(some)) ids.push(register.user.id);
  }
  return ids;
}

const milliseconds = await withUndo(async (defer) => {
  const cluster = await startCluster();
  defer(cluster.stop);
  const env = { TRUST_PROXY: 'true' };
  const node = await startNode({ database: await cluster.createDatabase('enumeration'), env });
  defer(node.stop);
  const count = ROUNDS + WARM_UP;
  say(`making ${2 * count} accounts`);
  await makeAccounts(node.url, 'known', count);
  const disabled = await makeAccounts(node.url, 'disabled', count);
  const { accessToken: token } = await logIn(node.url, ADMIN);
  for (const id of disabled) await ask(node.url, DISABLE, { token, variables: { id } });

  const connection = new Connection(node.url);
  defer(() => connection.close());
  const taken = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  let attempt = 0;
  for (let at = 0; at < count; at += 1) {
    // Each kind is as often first, second and third.
    const order = KINDS.map((_, index) => KINDS[(index + at) % KINDS.length]);
    for (const kind of order) {
      const input = { email: emailOf(kind, at), password: 'four other words here' };
      const bytes = requestBytes(LOGIN, { variables: { input }, headers: from(attempt++) });
      const began = performance.now();
      const { body } = await connection.send(bytes);
      const took = performance.now() - began;
      if (!body.includes('INVALID_CREDENTIALS')) throw new Error(body);
      if (at >= WARM_UP) taken[kind].push(took);
    }
  }
  return taken;
});

const ratio = (kind, first = 0, last = ROUNDS) =>
  median(milliseconds[kind].slice(first, last)) / median(milliseconds.unknown.slice(first, last));
const ratios = (kind) => {
  const part = ROUNDS / PARTS;
  const each = Array.from({ length: PARTS }, (_, at) => ratio(kind, at * part, (at + 1) * part));
  return {
    ofMedians: round(ratio(kind), 3),
    spread: { least: round(Math.min(...each), 3), most: round(Math.max(...each), 3), parts: PARTS },
  };
};
const results = {
  machine: machine(),
  rounds: ROUNDS,
  milliseconds: Object.fromEntries(KINDS.map((kind) => [kind, summary(milliseconds[kind])])),
  ratioToUnknown: { known: ratios('known'), disabled: ratios('disabled') },
  bar: 'ratio of the medians from 0.8 to 1.25',
};
console.log(JSON.stringify(results, undefined, 2));
keep('user-enumeration', results);
