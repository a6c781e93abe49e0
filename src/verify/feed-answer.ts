import { z } from 'zod';
import type { Revocation } from '../stores/index.js';
import { parseAs } from './http.js';
import type { Answer } from './http.js';

/** What one look at the revocations of a node told. Durations in milliseconds. */
export interface FeedAnswer {
  readonly node: string;
  readonly tag: string;
  /** Since the node's own mark, when it answered; absent where it has none. */
  readonly markAge: number | undefined;
  /** For which the node held the request before it looked. */
  readonly held: number;
  /** Version of the signing keys. */
  readonly keys: string | undefined;
  /** The server's clock, milliseconds since the epoch. */
  readonly time: number;
  /** All that is in force; otherwise what is new since the tag that was sent. */
  readonly complete: boolean;
  readonly revocations: readonly { readonly revocation: Revocation; readonly remaining: number }[];
}

const reason = z.enum(['SESSION_REVOKED', 'ACCOUNT_DISABLED']);
const remaining = z.number();
const epoch = z.int().min(0);
const revocation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sessions'), reason, remaining, sessionIds: z.array(z.string()) }),
  z.object({
    kind: z.literal('users'),
    reason,
    remaining,
    users: z.array(z.object({ userId: z.string(), epoch })),
  }),
  z.object({ kind: z.literal('everyone'), reason, remaining, epoch }),
]);
const body = z.object({ complete: z.boolean(), revocations: z.array(revocation) });

const duration = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const facts = z.object({
  etag: z.string(),
  'portcullis-mark-age': duration.optional(),
  'portcullis-held': duration,
  'portcullis-keys': z.string().max(200).optional(),
  'portcullis-time': duration,
});

/**
 * Reads an answer of `/revocations`. What it does not understand it does not believe either: the mark
 * stays where it was.
 * @param known the tags that were sent, by node
 * @throws Error when it is another answer than that.
 */
export function readFeedAnswer(answer: Answer, known: ReadonlyMap<string, string>): FeedAnswer {
  const { status, headers, text } = answer;
  if (status !== 200 && status !== 304) throw new Error(`the server answers ${status}`);
  // Its moments count from the sending of our request: an answer that was kept is to another one.
  if (Number(headers.get('age') ?? 0) > 0) throw new Error('the answer is from a cache');
  const said = parseAs(facts, JSON.stringify(Object.fromEntries(headers)));
  const [, tag = '', node = ''] =
    /^(?:W\/)?("([\w-]{1,100})\.\d{1,15}\.\d{1,15}")$/.exec(said.etag) ?? [];
  const news = status === 304 ? { complete: false, revocations: [] } : parseAs(body, text);
  const isNamed = tag !== '' && (news.complete || known.has(node));
  if (!isNamed || (status === 304 && known.get(node) !== tag)) {
    throw new Error('the answer is to another question');
  }
  return {
    node,
    tag,
    markAge: said['portcullis-mark-age'],
    held: said['portcullis-held'],
    keys: said['portcullis-keys'],
    time: said['portcullis-time'],
    complete: news.complete,
    revocations: news.revocations.map(({ remaining: left, ...fact }) => ({
      revocation: fact,
      remaining: left,
    })),
  };
}
