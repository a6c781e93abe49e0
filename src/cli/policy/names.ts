import { InvalidArgumentError } from 'commander';
import { DEFAULT_NAMES } from '../../policy/names.js';
import type { DirectiveNames } from '../../policy/names.js';

/** Reads `auth=secured,critical=fresh`; what is not named keeps its name. */
export function parseNames(text: string): DirectiveNames {
  const names: Record<string, string> = { ...DEFAULT_NAMES };
  for (const pair of text.split(',')) {
    const [, role = '', name = ''] = /^\s*(\w+)=@?([_A-Za-z]\w*)\s*$/.exec(pair) ?? [];
    if (!Object.hasOwn(DEFAULT_NAMES, role)) {
      throw new InvalidArgumentError('Give names such as auth=secured,critical=fresh,public=open.');
    }
    names[role] = name;
  }
  const { auth = '', critical = '', public: open = '' } = names;
  if (new Set([auth, critical, open]).size < 3) {
    throw new InvalidArgumentError('Every directive needs a name of its own.');
  }
  return { auth, critical, public: open };
}
