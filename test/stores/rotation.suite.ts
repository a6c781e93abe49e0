import { DAY, MINUTE } from './world.js';
import type { World } from './world.js';

export function rotationSuite(open: () => World): void {
  const w = () => open();
  const grant = (id: string) => w().read((db) => w().store.findGrant(db, id));

  describe('a rotation', () => {
    it('moves the counter, the use and the idle expiry, and is audited', async () => {
      const { clock, newUser, start, rotate, outside } = w();
      const user = await newUser();
      const { id } = await start(user);
      clock.advance(MINUTE);
      const times = {
        lastUsedAt: new Date(clock.now()),
        expiresAt: new Date(clock.now() + 30 * MINUTE),
      };
      expect(await rotate(id, 0, { idleTtl: 30 * MINUTE })).toEqual(times);
      expect(await grant(id)).toMatchObject({
        session: times,
        refreshCounter: 1,
        rotationAges: [0],
      });
      const text = `SELECT type, user_id, ip FROM audit_events WHERE session_id = $1`;
      expect(await outside.query(text, [id])).toEqual([
        { type: 'session.refreshed', user_id: user.id, ip: null },
      ]);
    });

    it('never moves the absolute expiry', async () => {
      const { clock, newUser, start, rotate } = w();
      const end = new Date(clock.now() + DAY);
      const { id } = await start(await newUser(), { idleTtl: DAY });
      clock.advance(20 * 60 * MINUTE);
      expect((await rotate(id, 0, { idleTtl: DAY }))?.expiresAt).toEqual(end);
    });

    it('from another counter than the session’s does nothing', async () => {
      const { clock, newUser, start, rotate } = w();
      const { id } = await start(await newUser());
      await rotate(id, 0);
      const before = await grant(id);
      clock.advance(MINUTE);
      expect(await rotate(id, 0)).toBeUndefined();
      expect(await rotate(id, 2)).toBeUndefined();
      expect(await grant(id)).toEqual({ ...before, rotationAges: [MINUTE] });
      expect(await rotate('0190a5d2-0000-7000-8000-000000000000', 0)).toBeUndefined();
    });

    it('of 30 at once from one counter happens once, and is audited once', async () => {
      const { newUser, start, rotate, outside } = w();
      const { id } = await start(await newUser());
      for (let counter = 0; counter < 20; counter += 1) {
        const answers = await Promise.all(Array.from({ length: 30 }, () => rotate(id, counter)));
        expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
      }
      expect((await grant(id))?.refreshCounter).toBe(20);
      const text = 'SELECT count(*)::int AS n FROM audit_events WHERE session_id = $1';
      expect(await outside.query(text, [id])).toEqual([{ n: 20 }]);
    }, 60_000);

    it('remembers when the last 16 took place, newest first', async () => {
      const { clock, newUser, start, rotate } = w();
      const { id } = await start(await newUser());
      for (let counter = 0; counter < 18; counter += 1) {
        clock.advance(1_000);
        await rotate(id, counter);
      }
      const ages = Array.from({ length: 16 }, (_, n) => n * 1_000 + 500);
      clock.advance(500);
      expect((await grant(id))?.rotationAges).toEqual(ages);
    });

    it('lets the session catch up with a token that is ahead of it', async () => {
      const { newUser, start, rotate } = w();
      const { id } = await start(await newUser());
      await rotate(id, 0);
      expect(await rotate(id, 1, { next: 8 })).toBeDefined();
      expect(await grant(id)).toMatchObject({ refreshCounter: 8, rotationAges: [0, 0] });
    });
  });

  describe('what is over is not rotated', () => {
    it.each([
      [
        'an ended session',
        async (id: string) => w().read((db) => w().store.end(db, [id], 'revoked', null)),
      ],
      [
        'an expired one',
        async () => {
          w().clock.advance(60 * MINUTE);
        },
      ],
    ])('%s', async (_what, finish) => {
      const { id } = await w().start(await w().newUser());
      await finish(id);
      expect(await w().rotate(id, 0)).toBeUndefined();
    });

    it('one whose user is disabled, until the account is open again', async () => {
      const { newUser, start, rotate, read, users } = w();
      const user = await newUser();
      const { id } = await start(user);
      await read((db) => users.disable(db, [user.id], null, null));
      expect(await rotate(id, 0)).toBeUndefined();
      await read((db) => users.enable(db, user.id));
      const { refreshCounter = 0 } = (await grant(id)) ?? {};
      expect(await rotate(id, refreshCounter)).toBeDefined();
    });

    it('one from below an epoch', async () => {
      const { newUser, start, rotate, read, users, store } = w();
      const user = await newUser();
      const [one, two] = [await start(user), await start(await newUser())];
      await read((db) => users.raiseEpoch(db, user.id));
      expect(await rotate(one.id, 0)).toBeUndefined();
      await w().transaction((trx) => store.raiseGlobalEpoch(trx, 'a drill'));
      expect(await rotate(two.id, 0)).toBeUndefined();
    });
  });
}
