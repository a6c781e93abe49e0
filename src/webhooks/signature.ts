import { createHmac } from 'node:crypto';

export interface Signed {
  readonly id: string;
  readonly body: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/**
 * The headers of Standard Webhooks 1.0, with a signature under each key, so that receivers can change
 * theirs in their own time.
 */
export function signedHeaders(
  { id, body, timestamp }: Signed,
  keys: readonly Buffer[],
): Record<string, string> {
  const signatures = keys.map((key) => {
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
