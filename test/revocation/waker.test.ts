import { Waker } from '../../src/revocation/waker.js';

const settled = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => (done = true));
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  return done;
};

describe('a sleep', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('lasts as long as it was told to', async () => {
    const sleep = new Waker().sleep(1_000);
    await jest.advanceTimersByTimeAsync(999);
    expect(await settled(sleep)).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await settled(sleep)).toBe(true);
  });

  it('is cut short by a call, and leaves no timer behind', async () => {
    const waker = new Waker();
    const sleep = waker.sleep(1_000);
    waker.wake();
    expect(await settled(sleep)).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is cut by a call that came before it, once', async () => {
    const waker = new Waker();
    waker.wake();
    expect(await settled(waker.sleep(1_000))).toBe(true);
    expect(await settled(waker.sleep(1_000))).toBe(false);
  });

  it('lasts for its least time whatever is called', async () => {
    const waker = new Waker();
    const sleep = waker.sleep(1_000, 5);
    waker.wake();
    expect(await settled(sleep)).toBe(false);
    await jest.advanceTimersByTimeAsync(5);
    expect(await settled(sleep)).toBe(true);
  });
});
