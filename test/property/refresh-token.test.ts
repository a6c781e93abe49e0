import fc from 'fast-check';
import { RefreshTokens } from '../../src/tokens/index.js';

const sessionId = fc.uuid();
const counter = fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const sessionSecret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b));
const serverSecret = fc.string({ minLength: 32, maxLength: 64 });
const made = fc.record({ sessionId, counter, sessionSecret, serverSecret });

type Made = typeof made extends fc.Arbitrary<infer T> ? T : never;

const create = (from: Made) =>
  new RefreshTokens([from.serverSecret]).create(from.sessionId, from.counter, from.sessionSecret);
const accepts = (
  text: string,
  by: Pick<Made, 'serverSecret' | 'sessionSecret'>,
  tokens = new RefreshTokens([by.serverSecret]),
) => {
  const claim = tokens.parse(text);
  return claim !== undefined && tokens.matches(claim, by.sessionSecret);
};

describe('a refresh token', () => {
  it('is read back as it was made, and is known for ours', () => {
    fc.assert(
      fc.property(made, (from) => {
        const text = create(from);
        expect(new RefreshTokens([from.serverSecret]).parse(text)).toMatchObject({
          sessionId: from.sessionId,
          counter: from.counter,
        });
        expect(accepts(text, from)).toBe(true);
      }),
    );
  });

  it('is always the same for the same counter, short, and fit for a cookie', () => {
    fc.assert(
      fc.property(made, (from) => {
        expect(create(from)).toBe(create(from));
        expect(Buffer.byteLength(create(from))).toBeLessThan(200);
        expect(create(from)).toMatch(/^prt_[\w-]{71}$/);
      }),
    );
  });

  it('is refused once any bit of it has changed', () => {
    fc.assert(
      fc.property(made, (from) => {
        const tokens = new RefreshTokens([from.serverSecret]);
        const bytes = Buffer.from(create(from));
        for (let bit = 0; bit < bytes.length * 8; bit += 1) {
          const changed = Buffer.from(bytes);
          changed[bit >> 3]! ^= 1 << (bit & 7);
          expect(accepts(changed.toString('latin1'), from, tokens)).toBe(false);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('is refused once any bit of what it encodes has changed', () => {
    fc.assert(
      fc.property(made, (from) => {
        const tokens = new RefreshTokens([from.serverSecret]);
        const bytes = Buffer.from(create(from).slice(4), 'base64url');
        for (let bit = 0; bit < bytes.length * 8; bit += 1) {
          const changed = Buffer.from(bytes);
          changed[bit >> 3]! ^= 1 << (bit & 7);
          expect(accepts(`prt_${changed.toString('base64url')}`, from, tokens)).toBe(false);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('is refused under another server secret or another session’s secret', () => {
    fc.assert(
      fc.property(made, serverSecret, sessionSecret, (from, server, session) => {
        const text = create(from);
        if (server !== from.serverSecret) {
          expect(accepts(text, { ...from, serverSecret: server })).toBe(false);
        }
        if (!session.equals(from.sessionSecret)) {
          expect(accepts(text, { ...from, sessionSecret: session })).toBe(false);
        }
      }),
    );
  });

  it('of one session is not another’s to who has judged both', () => {
    fc.assert(
      fc.property(made, sessionSecret, (from, otherSecret) => {
        fc.pre(!otherSecret.equals(from.sessionSecret));
        const tokens = new RefreshTokens([from.serverSecret]);
        const texts = [from.sessionSecret, otherSecret].map((secret) => ({
          secret,
          text: tokens.create(from.sessionId, from.counter, secret),
        }));
        for (const one of texts) {
          for (const by of texts) {
            const known = accepts(one.text, { ...from, sessionSecret: by.secret }, tokens);
            expect(known).toBe(one === by);
          }
        }
      }),
    );
  });

  it('is known under each of two server secrets, and made under the one in use', () => {
    fc.assert(
      fc.property(made, serverSecret, fc.boolean(), (from, other, second) => {
        fc.pre(other !== from.serverSecret);
        const both = new RefreshTokens([from.serverSecret, other], () =>
          second ? other : from.serverSecret,
        );
        const used = { ...from, serverSecret: second ? other : from.serverSecret };
        const text = both.create(from.sessionId, from.counter, from.sessionSecret);
        expect(text).toBe(create(used));
        for (const secret of [from.serverSecret, other]) {
          const alone = { ...from, serverSecret: secret };
          expect(accepts(create(alone), from, both)).toBe(true);
          expect(accepts(text, alone)).toBe(secret === used.serverSecret);
        }
      }),
    );
  });

  it('is another one for every other counter and session', () => {
    fc.assert(
      fc.property(made, counter, sessionId, (from, otherCounter, otherSession) => {
        const text = create(from);
        const mac = (t: string) => Buffer.from(t.slice(4), 'base64url').subarray(-32);
        for (const other of [
          { ...from, counter: otherCounter },
          { ...from, sessionId: otherSession },
        ]) {
          const same = other.counter === from.counter && other.sessionId === from.sessionId;
          expect(create(other) === text).toBe(same);
          // The MAC of the one does not do for the other.
          if (same) continue;
          const body = Buffer.from(create(other).slice(4), 'base64url').subarray(0, -32);
          const grafted = Buffer.concat([body, mac(text)]).toString('base64url');
          expect(accepts(`prt_${grafted}`, from)).toBe(false);
        }
      }),
    );
  });

  it('is never read from anything else', () => {
    const tokens = new RefreshTokens(['0123456789abcdefghijklmnopqrstuv']);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `prt_${rest}`),
      fc.uint8Array({ minLength: 53, maxLength: 53 }).map((b) => {
        return `prt_${Buffer.from(b).toString('base64url')}`;
      }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const claim = tokens.parse(given);
        expect(claim !== undefined && tokens.matches(claim, Buffer.alloc(32))).toBe(false);
      }),
    );
  });

  it.each([
    ['spaces', (t: string) => ` ${t} `],
    ['padding', (t: string) => `${t}=`],
    ['another prefix', (t: string) => t.replace('prt_', 'PRT_')],
    ['no prefix', (t: string) => t.slice(4)],
    ['more behind it', (t: string) => `${t}AAAA`],
    ['less of it', (t: string) => t.slice(0, -4)],
    ['another version', (t: string) => `prt_Ag${t.slice(6)}`],
    ['a megabyte behind it', (t: string) => t + 'A'.repeat(1_000_000)],
  ])('is refused with %s', (_what, rewrite) => {
    const from = {
      sessionId: '018f3a5e-7c11-7abc-8def-0123456789ac',
      counter: 1,
      sessionSecret: Buffer.alloc(32, 1),
      serverSecret: '0123456789abcdefghijklmnopqrstuv',
    };
    const tokens = new RefreshTokens([from.serverSecret]);
    expect(tokens.parse(create(from))).toBeDefined();
    expect(tokens.parse(rewrite(create(from)))).toBeUndefined();
  });
});
