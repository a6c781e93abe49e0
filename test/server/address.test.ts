import { addressOf } from '../../src/server/address.js';

const HERE = '192.0.2.1';
const read = (ip: string) => addressOf({ ip, socket: { remoteAddress: HERE } });

describe('the address of a request', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:4711', '203.0.113.7'],
    ['::1', '::1'],
  ])('is read without what some proxies write beside it: %s', (written, address) => {
    expect(read(written)).toBe(address);
  });

  it.each([
    'unknown',
    '_hidden',
    '203.0.113.700',
    '203.0.113.7:4711:1',
    '[203.0.113.7',
    "'; DROP TABLE users; --",
    '<script>alert(1)</script>',
    'localhost',
    '',
    'x'.repeat(5_000),
  ])('is that of the connection where what was forwarded is none: %j', (garbage) => {
    expect(read(garbage)).toBe(HERE);
  });

  it('is none where the connection has broken', () => {
    expect(addressOf({ ip: undefined, socket: {} })).toBeNull();
  });
});
