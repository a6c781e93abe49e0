import { keep, keepSecret } from './canary.js';

/** Of a JSON body: what must not come out anywhere. */
const SECRET_NAMES = /password|token/i;
const TOKEN = /(?:eyJ[\w-]+\.[\w-]+\.|p[rs]t_)[\w-]{20,}/g;

function noteSecrets(value: unknown, name = ''): void {
  if (typeof value === 'string' && SECRET_NAMES.test(name) && value.length >= 12) keepSecret(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) noteSecrets(each, key);
}

function parsed(body: unknown): { variables?: unknown; errors?: unknown; data?: unknown } {
  try {
    return JSON.parse(String(body)) as object;
  } catch {
    return {};
  }
}

const original = globalThis.fetch;

/** Listens to what tests ask and are answered, to know what is secret, and what was refused how. */
globalThis.fetch = async (input, init) => {
  noteSecrets(parsed(init?.body).variables);
  const response = await original(input, init);
  if (!/json/.test(response.headers.get('content-type') ?? '')) return response;
  const text = await response.clone().text();
  for (const [token] of text.matchAll(TOKEN)) keepSecret(token);
  const { errors } = parsed(text);
  if (errors !== undefined) keep('refusals', `${JSON.stringify(errors)}\n`);
  return response;
};
