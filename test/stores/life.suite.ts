import type { World } from './world.js';
import { DAY, MINUTE } from './world.js';

/** What a session is while it lives. */
export function lifeSuite(open: () => World): void {
  const w = () => open();
  const find = (id: string) => w().read((db) => w().store.find(db, id));
  const grant = (id: string) => w().read((db) => w().store.findGrant(db, id));

  describe('a new session', () => {
    it('is found as it was started', async () => {
      const { clock, newUser, start } = w();
      const user = await newUser();
      const more = { deviceId: 'phone ✓', deviceName: 'Ada’s “phone”', userAgent: 'x'.repeat(300) };
      const { id } = await start(user, more);
      const now = new Date(clock.now());
      const record = {
        id,
        userId: user.id,
        ...more,
        ip: '192.0.2.1',
        createdAt: now,
        authenticatedAt: now,
        lastUsedAt: now,
        expiresAt: new Date(clock.now() + 60 * MINUTE),
        endedAt: null,
        endedReason: null,
        endedDetail: null,
      };
      expect(await find(id)).toEqual(record);
      expect(await find(id.toUpperCase())).toEqual(record);
    });

    it('has what tokens are made of', async () => {
      const { clock, newUser, start, outside } = w();
      const user = await newUser();
      const key = `INSERT INTO signing_keys (kid, algorithm, private_key, created_at, signs_from)
        VALUES ('key one', 'ES256', '', $1, $1)`;
      await outside.query(key, [new Date(clock.now())]);
      const { id, secret } = await start(user, { deviceName: null, ip: null });
      const session = await find(id);
      expect(session).toMatchObject({ deviceName: null, ip: null, userAgent: null });
      expect(await grant(id)).toEqual({
        session,
        user,
        secret,
        refreshCounter: 0,
        rotationAges: [],
        tokenEpoch: 0,
        globalEpoch: expect.any(Number),
        signingKid: 'key one',
      });
    });

    it('lives no longer than it may, be the idle limit longer', async () => {
      const { clock, newUser, start } = w();
      const { id } = await start(await newUser(), { idleTtl: 2 * DAY });
      expect((await find(id))?.expiresAt).toEqual(new Date(clock.now() + DAY));
    });

    it('is nobody else’s: unknown ids and what is no id find nothing', async () => {
      for (const id of ['0190a5d2-0000-7000-8000-000000000000', 'no id', '', '*', "'"]) {
        expect(await find(id)).toBeUndefined();
      }
      expect(await grant('0190a5d2-0000-7000-8000-000000000000')).toBeUndefined();
    });
  });

  describe('a proven password', () => {
    it('moves the time of authentication and of use, and nothing else', async () => {
      const { clock, newUser, start, read, store } = w();
      const { id } = await start(await newUser());
      const before = await grant(id);
      clock.advance(5 * MINUTE);
      await read((db) => store.setAuthenticated(db, id));
      const now = new Date(clock.now());
      const session = { ...before?.session, authenticatedAt: now, lastUsedAt: now };
      expect(await grant(id)).toEqual({ ...before, session });
    });
  });

  describe('a renewed secret', () => {
    it('voids the counter that was, and puts the session into the new epoch', async () => {
      const { newUser, start, rotate, transaction, users, store } = w();
      const user = await newUser();
      const { id } = await start(user);
      await rotate(id, 0);
      const secret = Buffer.alloc(32, 7);
      await transaction(async (trx) => {
        const epoch = (await users.raiseEpoch(trx, user.id)) ?? 0;
        await store.renewSecret(trx, id, secret, epoch);
      });
      expect(await grant(id)).toMatchObject({
        secret,
        refreshCounter: 2,
        rotationAges: [],
        tokenEpoch: 1,
        session: { endedReason: null },
      });
      expect(await rotate(id, 1)).toBeUndefined();
      expect(await rotate(id, 2)).toBeDefined();
    });
  });

  describe('a use', () => {
    const extend = (id: string, epochs = {}) =>
      w().read((db) =>
        w().store.extend(db, {
          sessionId: id,
          tokenEpoch: 9,
          globalEpoch: 9,
          idleTtl: 60 * MINUTE,
          ...epochs,
        }),
      );

    it('moves the idle expiry, up to the absolute one', async () => {
      const { clock, newUser, start } = w();
      const { id } = await start(await newUser(), { maxTtl: 90 * MINUTE });
      const end = clock.now() + 90 * MINUTE;
      clock.advance(10 * MINUTE);
      expect(await extend(id)).toBe(true);
      expect(await find(id)).toMatchObject({
        lastUsedAt: new Date(clock.now()),
        expiresAt: new Date(clock.now() + 60 * MINUTE),
      });
      clock.advance(50 * MINUTE);
      expect(await extend(id)).toBe(true);
      expect((await find(id))?.expiresAt).toEqual(new Date(end));
    });

    it('by a token from before the epoch moves nothing', async () => {
      const { newUser, start, read, users, store } = w();
      const user = await newUser();
      const { id } = await start(user);
      const secret = Buffer.alloc(32);
      await read((db) => users.raiseEpoch(db, user.id));
      await read((db) => store.renewSecret(db, id, secret, 1));
      expect(await extend(id, { tokenEpoch: 0 })).toBe(false);
      expect(await extend(id, { globalEpoch: -1 })).toBe(false);
      expect(await extend(id, { tokenEpoch: 1 })).toBe(true);
    });

    it('of what is over moves nothing', async () => {
      const { clock, newUser, start, read, users, store } = w();
      const [ended, disabled, expired] = [await newUser(), await newUser(), await newUser()];
      const first = await start(ended);
      await read((db) => store.end(db, [first.id], 'logged_out', null));
      const second = await start(disabled);
      await read((db) => users.disable(db, [disabled.id], null, null));
      const third = await start(expired, { idleTtl: MINUTE });
      clock.advance(MINUTE);
      for (const { id } of [first, second, third]) expect(await extend(id)).toBe(false);
      expect(await extend('0190a5d2-0000-7000-8000-000000000000')).toBe(false);
    });
  });

  describe('a session token', () => {
    const lookUp = async (id: string) => (await w().store.lookUp([id])).get(id);

    it('is looked up by the session that it names', async () => {
      const { clock, newUser, start, read, store } = w();
      const user = await newUser();
      const tokenHash = Buffer.alloc(32, 1);
      const { id } = await start(user, { tokenHash });
      clock.advance(MINUTE);
      const found = {
        id,
        userId: user.id,
        deviceId: 'laptop',
        tokenHash,
        scopes: ['read', 'write'],
        tokenEpoch: 0,
        globalEpoch: expect.any(Number),
        authenticatedAt: clock.now() - MINUTE,
        expiresAt: clock.now() + 59 * MINUTE,
        now: clock.now(),
        unusedFor: MINUTE,
        revoked: false,
        expired: false,
        externalId: null,
        disabled: false,
      };
      expect(await lookUp(id)).toEqual(found);
      const other = Buffer.alloc(32, 2);
      await read((db) => store.setTokenHash(db, id, other));
      expect(await lookUp(id)).toEqual({ ...found, tokenHash: other });
    });

    it('of a session without one, of one that is over, and of none', async () => {
      const { newUser, start, read, store } = w();
      const { id } = await start(await newUser());
      expect(await lookUp(id)).toMatchObject({ tokenHash: null, revoked: false });
      await read((db) => store.end(db, [id], 'revoked', null));
      expect(await lookUp(id)).toMatchObject({ revoked: true });
      expect(await lookUp('0190a5d2-0000-7000-8000-000000000000')).toBeUndefined();
      expect((await store.lookUp([])).size).toBe(0);
    });
  });
}
