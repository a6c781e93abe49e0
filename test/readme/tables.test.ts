import { OPTIONS } from '../../src/config/index.js';
import type { Option } from '../../src/config/options.js';
import { CODES, REASONS } from '../../src/errors/index.js';
import type { Code, ReasonOf } from '../../src/errors/index.js';
import { portcullis } from './program.js';
import { tableOf, unquoted } from './readme.js';

describe('the README’s configuration table', () => {
  it('is what the options say of themselves', () => {
    const options = Object.entries(OPTIONS as Record<string, Option>);
    expect(tableOf('Configuration').map((row) => row.map(unquoted))).toEqual(
      options.map(([name, option]) => [name, option.default ?? '', option.describes]),
    );
  });
});

/** Every reason of every code; it does not compile when one is missing or too many. */
const CONTRACT = {
  UNAUTHENTICATED: {
    NO_TOKEN: true,
    TOKEN_INVALID: true,
    TOKEN_EXPIRED: true,
    SESSION_REVOKED: true,
    SESSION_EXPIRED: true,
    ACCOUNT_DISABLED: true,
  },
  FORBIDDEN: {
    SCOPE_MISSING: true,
    REAUTHENTICATION_REQUIRED: true,
    CONDITION_NOT_MET: true,
    REGISTRATION_CLOSED: true,
    CSRF_REFUSED: true,
  },
  AUTH_CHECK_UNAVAILABLE: { STORE_UNAVAILABLE: true },
  STORE_UNAVAILABLE: { STORE_UNAVAILABLE: true },
  INVALID_CREDENTIALS: { INVALID_CREDENTIALS: true },
  ACCOUNT_DISABLED: { ACCOUNT_DISABLED: true },
  REFRESH_REJECTED: {
    REFRESH_INVALID: true,
    REFRESH_REUSED: true,
    SESSION_REVOKED: true,
    SESSION_EXPIRED: true,
    ACCOUNT_DISABLED: true,
  },
  RATE_LIMITED: { TOO_MANY_ATTEMPTS: true },
  BAD_USER_INPUT: {},
  INTERNAL_SERVER_ERROR: { INTERNAL: true },
} satisfies { [C in Code]: Record<string extends ReasonOf[C] ? never : ReasonOf[C], true> };

describe('the README’s error table', () => {
  const named: readonly string[] = REASONS;
  const rows = tableOf('Errors').map(([, , code = '', reason = '']) => ({
    code,
    reasons: reason.split(/[^A-Z_]+/).filter((word) => named.includes(word)),
  }));

  it('has every code', () => {
    expect(new Set(rows.map(({ code }) => code))).toEqual(new Set(CODES));
  });

  it.each(CODES)('gives the reasons of %s', (code) => {
    const shown = rows.filter((row) => row.code === code).flatMap(({ reasons }) => reasons);
    expect(new Set(shown)).toEqual(new Set(Object.keys(CONTRACT[code])));
  });
});

describe('the README’s table of commands', () => {
  it('says what each command’s help says', async () => {
    const groups = ['user', 'session', 'keys', 'audit'];
    const [top = [], ...nested] = await Promise.all(
      [[], ...groups.map((group) => [group])].map(commandsOf),
    );
    const told = top.flatMap((command) => {
      const index = groups.indexOf(command[0] ?? '');
      return index < 0 ? [command] : (nested[index] ?? []);
    });
    expect(tableOf('Command line').map((row) => row.map(unquoted))).toEqual(told);
  });
});

/** `[usage, description]` of each command that the help lists. */
async function commandsOf(group: readonly string[]): Promise<string[][]> {
  const help = await portcullis(...group, '--help');
  const [, list = ''] = /^Commands:\n((?: .*\n?)+)/m.exec(help) ?? [];
  const unwrapped = list.replace(/\n {4,}/g, ' ').matchAll(/^ {2}(\S.*?) {2,}(.*)$/gm);
  return [...unwrapped]
    .map(([, usage = '', text = '']) => [
      ...group,
      usage.replace(/ \[(options|command)\]/g, ''),
      text,
    ])
    .map(([...words]) => [words.slice(0, -1).join(' '), words.at(-1) ?? ''])
    .filter(([usage]) => !/(^| )help$/.test(usage ?? ''));
}
