// Password hashes a second without a server, a database or a queue of requests: as many threads, the same cost.
import { PasswordHasher } from '../../dist/passwords/index.js';

const PASSWORD = 'a password of some length';
const hasher = new PasswordHasher();
const stored = await hasher.hash(PASSWORD);

process.on('message', async ({ inFlight, milliseconds }) => {
  const began = performance.now();
  const end = began + milliseconds;
  let done = 0;
  const one = async () => {
    for (; performance.now() < end; done += 1) await hasher.verify(stored, PASSWORD);
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  process.send((done * 1_000) / (performance.now() - began));
});
process.once('disconnect', () => void hasher.close());
