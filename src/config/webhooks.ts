import { z } from 'zod';
import { parseUrl } from '../support/parse-url.js';
import { keyProblem } from './secret-problem.js';

/** What receivers can be told of. */
export const WEBHOOK_EVENTS = [
  'session-established',
  'session-revoked',
  'credential-change',
  'token-claims-change',
  'account-disabled',
  'account-enabled',
  'account-created',
  'sign-in-refused',
  'access-refused',
  'key-changed',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Whom to tell what, and how they know that it is us. */
export interface WebhookSettings {
  readonly urls: readonly string[];
  /** Keys; every message is signed under each of them. */
  readonly keys: readonly Buffer[];
  readonly events: readonly WebhookEvent[];
}

const MOST_RECEIVERS = 10;
const PREFIX = 'whsec_';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function urlProblem(text: string): string | undefined {
  const url = parseUrl(text);
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!url || !safe)
    return 'must list https URLs, or http ones of this machine, separated by commas';
  // fetch refuses the one and would not send the other.
  return url.username !== '' || url.password !== '' || url.hash !== ''
    ? 'must list URLs without a user, a password or a fragment'
    : undefined;
}

/** The bytes of a key: of base64 after `whsec_`, as Standard Webhooks has it, else of the text itself. */
function keyOf(text: string): Buffer {
  return text.startsWith(PREFIX)
    ? Buffer.from(text.slice(PREFIX.length), 'base64')
    : Buffer.from(text);
}

function secretProblem(text: string): string | undefined {
  if (text.startsWith(PREFIX) && !/^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(PREFIX.length))) {
    return 'must be base64 after whsec_';
  }
  return keyOf(text).length < 32 ? 'must have at least 32 bytes' : keyProblem(text);
}

const parts = (text: string) => text.split(',').map((part) => part.trim());

export const webhookUrls = z.string().transform((text, context) => {
  const urls = [...new Set(parts(text))];
  const problem =
    urls.length > MOST_RECEIVERS
      ? `must list at most ${MOST_RECEIVERS} URLs`
      : urls.map(urlProblem).find((each) => each !== undefined);
  if (problem === undefined) return urls.map((url) => new URL(url).href);
  context.addIssue(problem);
  return z.NEVER;
});

export const webhookKeys = z.string().transform((text, context) => {
  const problem = parts(text)
    .map(secretProblem)
    .find((each) => each !== undefined);
  if (problem === undefined) return parts(text).map(keyOf);
  context.addIssue(problem);
  return z.NEVER;
});

export const webhookEvents = z.string().transform((text, context) => {
  const known: readonly string[] = WEBHOOK_EVENTS;
  const events = parts(text).filter((name): name is WebhookEvent => known.includes(name));
  if (events.length === parts(text).length) return events;
  context.addIssue(`must list some of ${known.join(', ')}`);
  return z.NEVER;
});
