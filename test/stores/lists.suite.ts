import type { NewSession, SessionFilter } from '../../src/stores/index.js';
import { encodeCursor } from '../../src/stores/index.js';
import { DAY, MINUTE, RETENTION } from './world.js';
import type { World } from './world.js';

const LONG_AGO = '00000000-0000-7000-8000-000000000000';

export function listsSuite(open: () => World): void {
  const w = () => open();
  const page = (filter: SessionFilter, first: number, after?: string) =>
    w().read((db) => w().store.list(db, filter, { first, after }));
  const ids = async (filter: SessionFilter, first = 100) =>
    (await page(filter, first)).items.map(({ id }) => id);
  const count = (filter: SessionFilter) => w().read((db) => w().store.count(db, filter));

  /** Ten sessions a minute apart: of two users on two devices from two addresses, two of them ended. */
  const populate = async () => {
    const { clock, newUser, start, read, store } = w();
    const [ada, bob] = [await newUser(), await newUser()];
    clock.advance(DAY * 2);
    const since = new Date(clock.now());
    const made: NewSession[] = [];
    for (let n = 0; n < 10; n += 1) {
      clock.advance(MINUTE);
      const more = { deviceId: `device ${n % 2}`, ip: n < 5 ? '192.0.2.1' : '2001:db8::1' };
      made.push(await start(n < 7 ? ada : bob, { ...more, idleTtl: DAY }));
    }
    const all = made.map(({ id }) => id).reverse();
    const at = (...which: number[]) => which.map((n) => made[n]?.id ?? '').reverse();
    await read((db) => store.end(db, at(2, 8), 'revoked', null));
    return { ada, bob, all, at, since, mine: { since } };
  };

  describe('lists', () => {
    it('are newest first, in pages that cursors join', async () => {
      const { all, mine } = await populate();
      const seen = [];
      let after: string | undefined;
      for (const size of [4, 4, 2]) {
        const { items, hasNextPage } = await page(mine, size, after);
        expect(hasNextPage).toBe(seen.length + size < 10);
        seen.push(...items.map(({ id }) => id));
        after = encodeCursor(seen.at(-1) ?? '');
      }
      expect(seen).toEqual(all);
      expect(await page(mine, 5, after)).toEqual({ items: [], hasNextPage: false });
      expect(await page(mine, 5, encodeCursor(LONG_AGO))).toEqual({
        items: [],
        hasNextPage: false,
      });
      expect(await page(mine, 0)).toEqual({ items: [], hasNextPage: true });
    });

    it('do not shift when sessions start meanwhile', async () => {
      const { all, mine, ada } = await populate();
      const first = await page(mine, 3);
      await w().start(ada);
      const cursor = encodeCursor(first.items.at(-1)?.id ?? '');
      expect((await page(mine, 3, cursor)).items.map(({ id }) => id)).toEqual(all.slice(3, 6));
    });

    it('refuse a cursor that is none', async () => {
      await expect(page({}, 5, 'nonsense')).rejects.toMatchObject({ reason: 'after' });
    });

    it('show what the filter names, and count it', async () => {
      const { ada, all, at, since, mine } = await populate();
      const minutes = (n: number) => new Date(since.getTime() + n * MINUTE);
      const cases: [SessionFilter, string[]][] = [
        [mine, all],
        [{ userId: ada.id }, at(0, 1, 2, 3, 4, 5, 6)],
        [{ userId: ada.id.toUpperCase() }, at(0, 1, 2, 3, 4, 5, 6)],
        [{ userId: ada.id, ended: false }, at(0, 1, 3, 4, 5, 6)],
        [{ ...mine, ended: true }, at(2, 8)],
        [{ ...mine, deviceId: 'device 1' }, at(1, 3, 5, 7, 9)],
        [{ ...mine, ip: '2001:db8::1', ended: false }, at(5, 6, 7, 9)],
        [{ userId: ada.id, ip: '2001:db8::1', deviceId: 'device 0' }, at(6)],
        [{ since: minutes(9) }, at(8, 9)],
        [{ since: minutes(3), until: minutes(5) }, at(2, 3)],
        [{ userId: ada.id, until: minutes(2) }, at(0)],
        [{ userId: 'no id' }, []],
        [{ userId: '*' }, []],
        [{ ...mine, ip: '' }, []],
        [{ userId: null, deviceId: null, ip: null, since, until: null }, all],
      ];
      for (const [filter, expected] of cases) {
        expect([filter, await ids(filter)]).toEqual([filter, expected]);
        expect([filter, await count(filter)]).toEqual([filter, expected.length]);
      }
    });

    it('of a thousand and more are whole: in pages, in counts, and when they are ended', async () => {
      const { newUser, start, transaction, store } = w();
      const user = await newUser();
      for (let n = 0; n < 11; n += 1) {
        const some = Array.from({ length: 100 }, () =>
          start(user, { deviceId: n % 5 === 0 ? 'phone' : 'laptop' }),
        );
        await Promise.all(some);
      }
      const filter = { userId: user.id };
      const all = new Set<string>();
      let after: string | undefined;
      do {
        const { items, hasNextPage } = await page(filter, 500, after);
        for (const { id } of items) all.add(id);
        after = hasNextPage ? encodeCursor(items.at(-1)?.id ?? '') : undefined;
      } while (after !== undefined);
      expect(all.size).toBe(1_100);
      expect(await count(filter)).toBe(1_100);
      expect(await count({ ...filter, deviceId: 'phone' })).toBe(300);
      expect(await ids({ ...filter, deviceId: 'phone' }, 300)).toHaveLength(300);
      const ended = await transaction((trx) => store.endOfUser(trx, user.id, {}, 'revoked', null));
      expect(new Set(ended)).toEqual(all);
      expect(await count({ ...filter, ended: false })).toBe(0);
    }, 60_000);

    it('and counts of all know what has ended', async () => {
      const before = { all: await count({}), open: await count({ ended: false }) };
      const { at } = await populate();
      expect(await count({})).toBe(before.all + 10);
      // Two days have gone by, and with them all that was open before.
      expect(await count({ ended: false })).toBe(8);
      expect(await count({ ended: true })).toBe(before.all + 2);
      await w().transaction((trx) => w().store.raiseGlobalEpoch(trx, 'a drill'));
      expect(await count({ ended: false })).toBe(0);
      expect(await ids({ ended: true }, 10)).toEqual(at(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    });
  });

  describe('the clean-up', () => {
    const cleanUp = async () => {
      for (let step = 0; step < 20; step += 1) await w().read((db) => w().store.cleanUp(db, 1_000));
    };

    it('leaves what lives, and what has ended while it is to be listed', async () => {
      const { clock, newUser, start, read, store } = w();
      const user = await newUser();
      const [ended, living] = [
        await start(user, { idleTtl: 100 * DAY, maxTtl: 100 * DAY }),
        await start(user, { idleTtl: 100 * DAY, maxTtl: 100 * DAY }),
      ];
      await read((db) => store.end(db, [ended.id], 'logged_out', null));
      clock.advance(RETENTION - MINUTE);
      await cleanUp();
      expect(await ids({ userId: user.id })).toEqual([living.id, ended.id]);
      clock.advance(2 * MINUTE);
      await cleanUp();
      expect(await ids({ userId: user.id })).toEqual([living.id]);
      expect(await count({ userId: user.id })).toBe(1);
      expect(await read((db) => store.findGrant(db, living.id))).toBeDefined();
    });

    it('forgets what expired long ago', async () => {
      const { clock, newUser, start, read, store } = w();
      const user = await newUser();
      const { id } = await start(user);
      clock.advance(DAY + MINUTE);
      await cleanUp();
      expect(await read((db) => store.find(db, id))).toMatchObject({ endedReason: 'expired' });
      clock.advance(RETENTION);
      await cleanUp();
      expect(await read((db) => store.find(db, id))).toBeUndefined();
      expect(await ids({ userId: user.id })).toEqual([]);
      expect(await count({})).toBe(await ids({}, 500).then((all) => all.length));
    });
  });
}
