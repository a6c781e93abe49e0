import { z } from 'zod';
import { badInput } from '../errors/portcullis-error.js';
import { MAX_PASSWORD_LENGTH } from '../passwords/index.js';

/** Text that PostgreSQL and a log line can hold: no control characters, NUL above all. */
function text(max: number) {
  return z
    .string()
    .max(max, `This may have at most ${max} characters.`)
    .refine((value) => !/\p{Cc}/u.test(value), 'This has characters that are not text.');
}

const nothing = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? null);

export const email = text(254)
  .transform((value) => value.trim().normalize('NFC').toLowerCase())
  .refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), 'This is not an e-mail address.');

/** Only bounded here: `requireStrong` judges new ones. */
export const password = z
  .string()
  .max(MAX_PASSWORD_LENGTH * 2, `The password may have at most ${MAX_PASSWORD_LENGTH} characters.`);

export const personName = nothing(text(200));
export const reason = nothing(text(500));
export const requiredReason = text(500).trim().min(1, 'Say why.');
export const scopes = z
  .array(
    z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'This is not a scope (RFC 6749, 3.3).'),
  )
  .max(100, 'There may be at most 100 scopes.')
  .transform((list) => [...new Set(list)].sort());

export const deviceId = nothing(text(128).min(1, 'This must not be empty.'));
export const device = nothing(z.object({ id: deviceId, name: nothing(text(200)) }));

const page = {
  first: z.int().min(0, 'This must be 0 or more.').max(500, 'This may be at most 500.'),
  after: nothing(z.string().max(200, 'This cursor is not one of ours.')),
};

const textFilter = nothing(text(254));
const time = nothing(z.date());

export const pageInput = z.object(page);
export const userFilter = z.object({ search: textFilter });
export const sessionFilter = z.object({
  filter: nothing(
    z.object({
      userId: textFilter,
      deviceId: textFilter,
      ip: textFilter,
      status: nothing(z.enum(['ACTIVE', 'ENDED'])),
      since: time,
      until: time,
    }),
  ),
});

export const auditFilter = z.object({
  filter: nothing(
    z.object({
      type: textFilter,
      userId: textFilter,
      sessionId: textFilter,
      since: time,
      until: time,
    }),
  ),
});

/** Reads input or throws BAD_USER_INPUT whose reason is the path of the first thing amiss. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badInput(issue?.path.join('.') ?? 'input', issue?.message ?? 'The input is not valid.');
}

export { z };
