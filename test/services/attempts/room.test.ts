import { Room } from '../../../src/services/attempts/room.js';

it('a room lets in so many at once, and the others in their order', async () => {
  const room = new Room({ size: 4, atOnce: 2 });
  const inside: number[] = [];
  const enter = (who: number) => room.enter().then(() => inside.push(who));
  const all = [1, 2, 3].map(enter);
  await new Promise(setImmediate);
  expect(inside).toEqual([1, 2]);
  expect(room.full).toBe(false);
  all.push(enter(4));
  expect(room.full).toBe(true);
  room.leave();
  await new Promise(setImmediate);
  expect(inside).toEqual([1, 2, 3]);
  expect(room.full).toBe(false);
  room.leave();
  await Promise.all(all);
  expect(inside).toEqual([1, 2, 3, 4]);
  room.leave();
  room.leave();
  await Promise.all([enter(5), enter(6)]);
  expect(inside.slice(4)).toEqual([5, 6]);
});
