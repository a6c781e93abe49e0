// The one who floods, in a thread of its own: its work is not what those who ask wait for.
import { parentPort, workerData } from 'node:worker_threads';
import { requestBytes } from './connection.mjs';
import { openConnections } from './load.mjs';

const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';

const { url, emails, password, phase } = workerData;
const connections = openConnections(url, emails.length);
const requests = emails.map((email) =>
  requestBytes(LOGIN, { variables: { input: { email, password } } }),
);
const answers = {};
const end = performance.now() + phase;
let rounds = 0;
for (; performance.now() < end; rounds += 1) {
  const sent = connections.map(async (connection, at) => {
    const { body } = await connection.send(requests[at]);
    const code = /"code":"(\w+)"/.exec(body)?.[1] ?? 'signed in';
    answers[code] = (answers[code] ?? 0) + 1;
  });
  await Promise.all(sent);
}
for (const connection of connections) connection.close();
parentPort.postMessage({ rounds, answers });
