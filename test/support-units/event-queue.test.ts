import { EventQueue } from '../../src/support/event-queue.js';

const DONE = { value: undefined, done: true };
const value = (event: number) => ({ value: event, done: false });

describe('a queue of events', () => {
  it('hands them over in order, to one who waits and to one who comes later', async () => {
    const queue = new EventQueue<number>();
    const first = queue.next();
    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, true]);
    expect(await first).toEqual(value(1));
    expect(await queue.next()).toEqual(value(2));
    expect(await queue.next()).toEqual(value(3));
  });

  it('holds no more than its limit, and keeps what it holds', async () => {
    const queue = new EventQueue<number>(2);
    expect([1, 2, 3].map((event) => queue.push(event))).toEqual([true, true, false]);
    expect(await queue.next()).toEqual(value(1));
    expect(queue.push(4)).toBe(true);
    expect(await queue.next()).toEqual(value(2));
    expect(await queue.next()).toEqual(value(4));
  });

  it('that has ended still hands over what waits', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.end();
    expect(queue.push(2)).toBe(false);
    expect(await queue.next()).toEqual(value(1));
    expect(await queue.next()).toEqual(DONE);
  });

  it('that has ended empty tells those who wait', async () => {
    const queue = new EventQueue<number>();
    const waiting = [queue.next(), queue.next()];
    queue.end();
    expect(await Promise.all(waiting)).toEqual([DONE, DONE]);
  });

  it('that has failed drops what waits and tells why, once', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.fail(new Error('gone'));
    queue.fail(new Error('again'));
    await expect(queue.next()).rejects.toThrow('gone');
    expect(await queue.next()).toEqual(DONE);
  });

  it('that has failed tells the one who waits', async () => {
    const queue = new EventQueue<number>();
    const waiting = [queue.next(), queue.next()];
    queue.fail(new Error('gone'));
    await expect(waiting[0]).rejects.toThrow('gone');
    expect(await waiting[1]).toEqual(DONE);
  });

  it('that its reader has left does not keep the reader waiting', async () => {
    const queue = new EventQueue<number>();
    const waiting = queue.next();
    expect(await queue.return()).toEqual(DONE);
    expect(await waiting).toEqual(DONE);
    expect(queue.push(1)).toBe(false);
  });

  it.each<[string, (queue: EventQueue<number>) => unknown]>([
    ['ended', (queue) => queue.end()],
    ['left', (queue) => queue.return()],
    ['failed', (queue) => queue.fail(new Error('gone'))],
  ])('tells once that it is over when it was %s', async (_how, finish) => {
    const queue = new EventQueue<number>();
    const early = jest.fn();
    queue.onOver(early);
    finish(queue);
    finish(queue);
    await queue.return();
    expect(early).toHaveBeenCalledTimes(1);
    const late = jest.fn();
    queue.onOver(late);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('that is muted drops what waits and says nothing more, until its reader leaves', async () => {
    const queue = new EventQueue<number>(4);
    for (const event of [1, 2, 3]) queue.push(event);
    const room = queue.room();
    queue.mute();
    await room;
    expect(queue.push(4)).toBe(false);
    queue.end();
    queue.fail(new Error('gone'));
    const heard = jest.fn();
    const waiting = queue.next().then(heard);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).not.toHaveBeenCalled();
    await queue.return();
    await waiting;
    expect(heard).toHaveBeenCalledWith(DONE);
  });

  it('is over only when the last event of an ended one was taken', async () => {
    const queue = new EventQueue<number>();
    const over = jest.fn();
    queue.onOver(over);
    queue.push(1);
    queue.end();
    expect(over).not.toHaveBeenCalled();
    await queue.next();
    expect(over).toHaveBeenCalledTimes(1);
  });

  it('says when there is room again: when less than half of the limit waits, or it is over', async () => {
    const queue = new EventQueue<number>(4);
    await queue.room();
    for (const event of [1, 2, 3]) queue.push(event);
    const told = jest.fn();
    void queue.room().then(told);
    await queue.next();
    await Promise.resolve();
    expect(told).not.toHaveBeenCalled();
    await queue.next();
    expect(told).toHaveBeenCalledTimes(1);
    for (const event of [4, 5, 6]) queue.push(event);
    const room = queue.room();
    await queue.return();
    await room;
  });
});
