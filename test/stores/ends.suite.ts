import { setTimeout as delay } from 'node:timers/promises';
import type { NewSession } from '../../src/stores/index.js';
import { MINUTE } from './world.js';
import type { World } from './world.js';

const UNKNOWN = '0190a5d2-0000-7000-8000-000000000000';

export function endsSuite(open: () => World): void {
  const w = () => open();
  const find = (id: string) => w().read((db) => w().store.find(db, id));
  const end = (
    ids: string[],
    reason: 'logged_out' | 'revoked' = 'revoked',
    detail: string | null = null,
  ) => w().transaction((trx) => w().store.end(trx, ids, reason, detail));
  const endOfUser = (userId: string, only = {}, detail: string | null = null) =>
    w().transaction((trx) => w().store.endOfUser(trx, userId, only, 'revoked', detail));
  const state = async (id: string, userId: string) =>
    (await w().store.readStates([{ sessionId: id, userId }])).get(id);
  const live = async ({ id, userId }: { id: string; userId: string }) => {
    const found = await state(id, userId);
    return found?.revoked === false && !found.expired && !found.disabled;
  };

  describe('ending sessions', () => {
    it('says why and when, and answers those that it ended', async () => {
      const { clock, newUser, start } = w();
      const user = await newUser();
      const [a, b, c] = [await start(user), await start(user), await start(await newUser())];
      clock.advance(MINUTE);
      expect((await end([c.id, a.id], 'revoked', 'stolen')).sort()).toEqual([a.id, c.id].sort());
      for (const { id } of [a, c]) {
        expect(await find(id)).toMatchObject({
          endedAt: new Date(clock.now()),
          endedReason: 'revoked',
          endedDetail: 'stolen',
        });
      }
      expect(await Promise.all([a, b, c].map(live))).toEqual([false, true, false]);
    });

    it('twice keeps the first end, and answers nothing the second time', async () => {
      const { clock, newUser, start } = w();
      const { id } = await start(await newUser());
      await end([id], 'logged_out');
      const before = await find(id);
      clock.advance(MINUTE);
      expect(await end([id], 'revoked', 'late')).toEqual([]);
      expect(await find(id)).toEqual(before);
    });

    it('passes over unknown ids and what is no id', async () => {
      const { newUser, start } = w();
      const { id } = await start(await newUser());
      expect(await end([UNKNOWN, 'no id', id.toUpperCase(), id])).toEqual([id]);
      expect(await end([])).toEqual([]);
    });

    it('that have expired changes nothing', async () => {
      const { clock, newUser, start } = w();
      const { id } = await start(await newUser(), { idleTtl: MINUTE });
      const at = new Date(clock.now() + MINUTE);
      clock.advance(2 * MINUTE);
      expect(await find(id)).toMatchObject({
        endedAt: at,
        endedReason: 'expired',
        endedDetail: null,
      });
      expect(await end([id])).toEqual([]);
    });

    it('is undone with its transaction as far as anyone is told', async () => {
      const { newUser, start, transaction, store } = w();
      const { id } = await start(await newUser());
      const failing = transaction(async (trx) => {
        await store.end(trx, [id], 'logged_out', null);
        throw new Error('the commit failed');
      });
      await expect(failing).rejects.toThrow('the commit failed');
      expect(await end([id], 'revoked', 'again')).toEqual([id]);
      expect(await find(id)).toMatchObject({ endedReason: 'revoked', endedDetail: 'again' });
    });

    it('keeps its own words when everybody is logged out later', async () => {
      const { newUser, start, transaction, store } = w();
      const { id } = await start(await newUser());
      await end([id], 'logged_out');
      const before = await find(id);
      await transaction((trx) => store.raiseGlobalEpoch(trx, 'a drill'));
      expect(await find(id)).toEqual(before);
    });
  });

  describe('ending the sessions of a user', () => {
    it('ends all, those of one device, or all but one, and answers which', async () => {
      const { newUser, start } = w();
      const user = await newUser();
      const other = await start(await newUser());
      const [a, b, c, d] = [
        await start(user, { deviceId: 'phone' }),
        await start(user, { deviceId: 'phone' }),
        await start(user),
        await start(user),
      ];
      const all = [a, b, c, d, other];
      expect((await endOfUser(user.id, { deviceId: 'phone' })).sort()).toEqual([a.id, b.id].sort());
      expect(await Promise.all(all.map(live))).toEqual([false, false, true, true, true]);
      expect(await endOfUser(user.id, { except: d.id }, 'elsewhere')).toEqual([c.id]);
      expect(await Promise.all(all.map(live))).toEqual([false, false, false, true, true]);
      expect(await find(c.id)).toMatchObject({ endedReason: 'revoked', endedDetail: 'elsewhere' });
      expect(await endOfUser(user.id)).toEqual([d.id]);
      expect(await endOfUser(user.id)).toEqual([]);
      expect(await Promise.all(all.map(live))).toEqual([false, false, false, false, true]);
    });

    it('leaves alone what starts afterwards, on the same device too', async () => {
      const { newUser, start } = w();
      const user = await newUser();
      await start(user);
      await endOfUser(user.id, { deviceId: 'laptop' });
      const again = await start(user);
      expect(await live(again)).toBe(true);
      await endOfUser(user.id, { except: again.id });
      expect(await live(again)).toBe(true);
      const third = await start(user);
      await endOfUser(user.id, { except: third.id });
      expect([await live(again), await live(third)]).toEqual([false, true]);
    });
  });

  describe('ending the sessions of many users', () => {
    it('ends all of theirs and nobody else’s, and answers how many', async () => {
      const { newUser, start, transaction, store } = w();
      const sessions: NewSession[] = [];
      for (let n = 0; n < 30; n += 1) {
        const user = await newUser();
        sessions.push(await start(user), await start(user, { deviceId: 'phone' }));
      }
      const other = await start(await newUser());
      await end([sessions[0]!.id]);
      const users = sessions.map(({ userId }) => userId);
      const all = (ids: string[]) =>
        transaction((trx) => store.endOfUsers(trx, ids, 'revoked', 'a raid'));
      expect(await all(users)).toBe(59);
      expect(await all(users)).toBe(0);
      expect(await all([])).toBe(0);
      const alive = await Promise.all([...sessions, other].map(live));
      expect(alive.filter(Boolean)).toHaveLength(1);
      expect(await live(other)).toBe(true);
      expect(await find(sessions[7]!.id)).toMatchObject({ endedDetail: 'a raid' });
    });
  });

  describe('epochs', () => {
    it('of a user end all from below, those too that start with the old one', async () => {
      const { newUser, start, read, users } = w();
      const user = await newUser();
      const before = await start(user);
      await read((db) => users.raiseEpoch(db, user.id));
      const late = await start(user);
      const after = await start({ ...user, tokenEpoch: 1 });
      expect(await Promise.all([before, late, after].map(live))).toEqual([false, false, true]);
      expect(await find(late.id)).toMatchObject({ endedReason: 'revoked', endedDetail: null });
    });

    it('of everybody end all with one row, which says why', async () => {
      const { clock, newUser, start, transaction, store, outside } = w();
      await transaction((trx) => store.raiseGlobalEpoch(trx, 'to begin with'));
      const [a, b] = [await start(await newUser()), await start(await newUser())];
      await end([b.id]);
      clock.advance(MINUTE);
      const { epoch, ended } = await transaction((trx) => store.raiseGlobalEpoch(trx, 'a leak'));
      expect(ended).toBe(1);
      const [row] = await outside.query<{ epoch: number }>(
        'SELECT max(epoch) AS epoch FROM global_epochs',
      );
      expect(row?.epoch).toBe(epoch);
      expect(await find(a.id)).toMatchObject({
        endedAt: new Date(clock.now()),
        endedReason: 'revoked',
        endedDetail: 'a leak',
      });
      const after = await start(await newUser());
      expect([await live(a), await live(after)]).toEqual([false, true]);
    });
  });

  describe('a check', () => {
    it('tells each session its own state, and knows no unknown one', async () => {
      const { newUser, start, read, users, store } = w();
      const sessions: NewSession[] = [];
      for (let n = 0; n < 40; n += 1) sessions.push(await start(await newUser()));
      const at = (n: number) => sessions[n]!;
      await end([at(1).id, at(2).id]);
      await read((db) => users.disable(db, [at(3).userId], null, null));
      await read((db) => users.raiseEpoch(db, at(4).userId));
      const refs = sessions.map(({ id, userId }) => ({ sessionId: id, userId }));
      const states = await store.readStates([
        ...refs,
        { sessionId: UNKNOWN, userId: at(0).userId },
      ]);
      const good = { revoked: false, expired: false, disabled: false, tokenEpoch: 0 };
      sessions.forEach(({ id }, n) => {
        const { remaining, ...state } = states.get(id)!;
        expect([undefined, 60 * MINUTE]).toContain(remaining);
        expect(state).toEqual({
          id,
          ...good,
          globalEpoch: expect.any(Number),
          kids: ['key one'],
          ...(n === 1 || n === 2 ? { revoked: true } : {}),
          ...(n === 3 ? { disabled: true } : {}),
          ...(n === 4 ? { revoked: true, tokenEpoch: 1 } : {}),
        });
      });
      expect(states.has(UNKNOWN)).toBe(false);
    });

    it('sees an account that is disabled until a time', async () => {
      const { clock, newUser, start, read, users } = w();
      const user = await newUser();
      const session = await start(user);
      const until = new Date(clock.now() + MINUTE);
      await read((db) => users.disable(db, [user.id], until, null));
      expect(await live(session)).toBe(false);
      clock.advance(MINUTE);
      expect(await live(session)).toBe(true);
    });
  });

  describe('the session that acts', () => {
    const lockLive = (id: string) => w().transaction((trx) => w().store.lockLive(trx, id));

    it('is live, or not', async () => {
      const { clock, newUser, start, read, users } = w();
      const [good, ended, banned, old] = [
        await start(await newUser()),
        await start(await newUser()),
        await start(await newUser()),
        await start(await newUser()),
      ];
      await end([ended.id]);
      await read((db) => users.disable(db, [banned.userId], null, null));
      await read((db) => users.raiseEpoch(db, old.userId));
      const answers = [];
      for (const { id } of [good, ended, banned, old]) answers.push(await lockLive(id));
      expect(answers).toEqual([true, false, false, false]);
      expect(await lockLive(UNKNOWN)).toBe(false);
      clock.advance(60 * MINUTE);
      expect(await lockLive(good.id)).toBe(false);
    });

    it('is held until its transaction is over: an end waits, and is seen by whoever comes after', async () => {
      const { newUser, start, transaction, store } = w();
      const user = await newUser();
      const [one, two] = [await start(user), await start(user)];
      let ended = 0;
      const waiting = await transaction(async (trx) => {
        expect(await store.lockLive(trx, one.id)).toBe(true);
        const ends = [end([one.id]), endOfUser(user.id)].map((work) =>
          work.then(() => (ended += 1)),
        );
        await delay(300);
        expect(ended).toBe(0);
        return { ends };
      });
      await Promise.all(waiting.ends);
      expect([await lockLive(one.id), await lockLive(two.id)]).toEqual([false, false]);
    });
  });

  describe('an end that races a rotation', () => {
    it('leaves nothing alive, whichever comes first', async () => {
      const { newUser, start, rotate, read, store } = w();
      const user = await newUser();
      for (let round = 0; round < 40; round += 1) {
        const session = await start(user, { deviceId: `device ${round}` });
        const ending = () =>
          round % 3 === 0 ? endOfUser(user.id, { deviceId: session.deviceId }) : end([session.id]);
        const both =
          round % 2 === 0 ? [rotate(session.id, 0), ending()] : [ending(), rotate(session.id, 0)];
        await Promise.all(both);
        expect(await live(session)).toBe(false);
        const grant = await read((db) => store.findGrant(db, session.id));
        expect(grant?.session.endedReason).toBe('revoked');
        expect(await rotate(session.id, grant?.refreshCounter ?? 0)).toBeUndefined();
      }
    }, 60_000);
  });
}
