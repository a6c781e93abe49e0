import { parseUrl } from '../support/parse-url.js';
import { OPTIONS } from './options.js';
import type { Option } from './options.js';

export interface OptionValue {
  readonly name: string;
  /** As set or by default; secrets masked, passwords inside URLs too. */
  readonly value: string;
  readonly source: 'environment' | 'default' | 'unset';
  readonly describes: string;
}

function mask(text: string): string {
  const url = parseUrl(text);
  if (!url?.host) return '********';
  return `${url.protocol}//********@${url.host}${url.pathname}`;
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
    return { name, value: option.secret ? mask(given) : given, source: 'environment', describes };
  });
}
