import { OPTIONS } from './options.js';
import type { Option } from './options.js';

export interface OptionValue {
  readonly name: string;
  /** As set or by default; secrets masked, passwords inside URLs too. */
  readonly value: string;
  readonly source: 'environment' | 'default' | 'unset';
  readonly describes: string;
}

const MASK = '********';

/** Scheme, hosts and path of a URL, which may name several hosts. */
const URL_PARTS = /^([a-z][a-z+]*):\/\/(?:[^/?#]*@)?([^@/?#]+)([^?#]*)/i;

function mask(text: string, secret: true | 'url'): string {
  const [shown = '', scheme, hosts, path] = (secret === 'url' && URL_PARTS.exec(text)) || [];
  if (scheme === undefined) return MASK;
  // An unescaped `/`, `?` or `#` in a password ends the authority early: then the host is half of it.
  if (`${path ?? ''}${text.slice(shown.length)}`.includes('@')) return MASK;
  return `${scheme}://${MASK}@${hosts ?? ''}${path ?? ''}`;
}

/** The settings in effect, fit to be shown to anyone. */
export function describeConfig(env: Readonly<Record<string, string | undefined>>): OptionValue[] {
  return Object.entries(OPTIONS as Record<string, Option>).map(([name, option]) => {
    const given = env[name] === '' ? undefined : env[name];
    const { describes } = option;
    if (given === undefined) {
      const source = option.default === undefined ? 'unset' : 'default';
      return { name, value: option.default ?? '', source, describes };
    }
    return {
      name,
      value: option.secret ? mask(given, option.secret) : given,
      source: 'environment',
      describes,
    };
  });
}
