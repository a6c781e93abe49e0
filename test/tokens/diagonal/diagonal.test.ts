import { startAskable } from '../../server/oauth/support.js';
import { register } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import type { TestServer } from '../../support/server.js';
import { EMAIL, KINDS, PASSWORD, fill } from './kinds.js';
import type { Kind, Wallet } from './kinds.js';
import { PLACES, isLive } from './places.js';
import type { PlaceName } from './places.js';

type Passing = Readonly<Record<PlaceName, readonly Kind[]>>;

const OF_SERVICES = {
  'the bearer of /introspect': ['service token'],
  'the bearer of /revocations': ['service token'],
} as const;

const OF_NOBODY = {
  'the address of a request': [],
  'the cookie of the session': [],
  'the cookie of the refresh token': [],
  'the argument of refresh': [],
  'the argument of logout': [],
  'the cookie of the refresh token, at logout': [],
} as const;

/** Everywhere that a caller is known by a token of this kind. */
const ofCallers = <K extends Kind>(kind: K) => ({
  'Authorization, at an @auth field': [kind],
  'Authorization, at a @critical field': [kind],
  'connection_init, Authorization': [kind],
  'connection_init, accessToken': [kind],
  'the handshake of a socket': [kind],
  'the token that /introspect is asked about': [kind],
});

/** An access token that has expired still names the session that its holder wants ended. */
const TO_END = ['access token', 'access token that has expired'] as const;

/** All that passes, by scheme and place. */
const PASSING: Readonly<Record<string, Passing>> = {
  refresh: {
    ...OF_SERVICES,
    ...OF_NOBODY,
    ...ofCallers('access token'),
    'the argument of refresh': ['refresh token'],
    'the cookie of the refresh token': ['refresh token'],
    'the argument of logout': ['refresh token'],
    'the cookie of the refresh token, at logout': ['refresh token'],
    'Authorization, at logout': TO_END,
    'the token for /revoke': [...TO_END, 'refresh token'],
  },
  sliding: {
    ...OF_SERVICES,
    ...OF_NOBODY,
    ...ofCallers('access token'),
    'Authorization, at logout': TO_END,
    'the token for /revoke': TO_END,
  },
  opaque: {
    ...OF_SERVICES,
    ...OF_NOBODY,
    ...ofCallers('opaque session token'),
    'the cookie of the session': ['opaque session token'],
    'Authorization, at logout': ['opaque session token'],
    'the token for /revoke': ['opaque session token'],
  },
};

describe.each(Object.entries(PASSING))('under %s', (scheme, passing) => {
  const clock = new TestClock();
  let server: TestServer;
  let wallet: Wallet;
  beforeAll(async () => {
    server = await startAskable({ clock, env: { PORTCULLIS_SCHEME: scheme } });
    await register(server.url, EMAIL, PASSWORD);
    wallet = await fill(server, clock);
  });
  afterAll(() => server.stop());

  it.each(Object.entries(PLACES))('only what belongs there passes at: %s', async (name, place) => {
    const passed: Kind[] = [];
    for (const kind of KINDS) {
      if (!(await place(server, wallet.secrets[kind], wallet))) continue;
      passed.push(kind);
      if (!(await isLive(server, wallet))) wallet = await fill(server, clock);
    }
    expect(passed).toEqual(passing[name as PlaceName]);
  });

  it('no line of the log has repeated any of them', () => {
    for (const secret of Object.values(wallet.secrets)) {
      expect(server.log().includes(secret)).toBe(false);
    }
  });
});
