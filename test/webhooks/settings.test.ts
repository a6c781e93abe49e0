import { readConfig } from '../../src/config/index.js';
import { WEBHOOK_EVENTS } from '../../src/config/webhooks.js';

const SECRET = 'of thirty-two bytes or a few more';
const read = (env: Record<string, string>) =>
  readConfig({ WEBHOOK_URL: 'https://a.example', WEBHOOK_SECRET: SECRET, ...env }).webhooks;

it('webhooks have several receivers and secrets, and by default all events', () => {
  const url = 'https://a.example/x, http://127.0.0.1:8080/, http://[::1]/, https://a.example/x';
  const whsec = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  expect(read({ WEBHOOK_URL: url, WEBHOOK_SECRET: `${SECRET},${whsec}` })).toEqual({
    urls: ['https://a.example/x', 'http://127.0.0.1:8080/', 'http://[::1]/'],
    keys: [Buffer.from(SECRET), Buffer.alloc(32, 7)],
    events: WEBHOOK_EVENTS,
  });
  const { events } = read({ WEBHOOK_EVENTS: 'session-revoked, key-changed' })!;
  expect(events).toEqual(['session-revoked', 'key-changed']);
  expect(readConfig({ WEBHOOK_SECRET: SECRET }).webhooks).toBeUndefined();
});

it.each<[Record<string, string>, string]>([
  [{ WEBHOOK_URL: 'http://a.example' }, 'WEBHOOK_URL must list https URLs'],
  [{ WEBHOOK_URL: 'http://127.0.0.1.a.example' }, 'WEBHOOK_URL must list https URLs'],
  [{ WEBHOOK_URL: 'file:///etc/passwd' }, 'WEBHOOK_URL must list https URLs'],
  [{ WEBHOOK_URL: 'https://a.example,' }, 'WEBHOOK_URL must list https URLs'],
  [{ WEBHOOK_URL: 'https://me:pw@a.example' }, 'WEBHOOK_URL must list URLs without a user'],
  [{ WEBHOOK_SECRET: 'short' }, 'WEBHOOK_SECRET must have at least 32 bytes'],
  [{ WEBHOOK_SECRET: `${SECRET},` }, 'WEBHOOK_SECRET must have at least 32 bytes'],
  [{ WEBHOOK_SECRET: `whsec_${'QUJD'.repeat(10)}` }, 'WEBHOOK_SECRET must have at least 32 bytes'],
  [{ WEBHOOK_SECRET: `whsec_${'!'.repeat(60)}` }, 'WEBHOOK_SECRET must be base64 after whsec_'],
  [{ WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET is required where WEBHOOK_URL is set'],
  [{ WEBHOOK_EVENTS: 'everything' }, 'WEBHOOK_EVENTS must list some of session-established'],
])('%j is refused', (env, words) => {
  expect(() => read(env)).toThrow(words);
});
