import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { portcullis, spawned } from './support.js';

const COMMANDS = [
  ...['start', 'migrate', 'config', 'policy', 'tour'],
  ...['keys list', 'keys rotate', 'keys re-encrypt', 'audit list', 'audit export'],
  ...['user add', 'user import', 'user list', 'user disable', 'user enable', 'user set-scopes'],
  ...['session list', 'session revoke', 'session revoke-user'],
];

describe('help', () => {
  it('of every command has its usage and an example of it', async () => {
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await portcullis([...command.split(' '), '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: portcullis ${command}`);
      expect(stdout).toContain(`$ portcullis ${command}`);
    }
  });

  it('names every command', async () => {
    const { stdout } = await spawned(['--help']);
    const named = COMMANDS.filter((command) => stdout.includes(`\n  ${command.split(' ')[0]!} `));
    expect(named).toEqual(COMMANDS);
  });

  it('is what somebody gets who gives no command, with exit code 1', async () => {
    const { code, stdout, stderr } = await spawned([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Usage: portcullis');
  });

  it('--version is that of package.json', async () => {
    const file = readFileSync(resolve(__dirname, '../../package.json'), 'utf8');
    const { version } = JSON.parse(file) as { version: string };
    expect(await spawned(['--version'])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    ['an unknown command', ['strat'], "error: unknown command 'strat' (Did you mean start?)\n"],
    ['an unknown option', ['keys', 'list', '--all'], "error: unknown option '--all'\n"],
    ['a missing argument', ['user', 'enable'], "error: missing required argument 'user'\n"],
    [
      'a missing option',
      ['user', 'add'],
      "error: required option '--email <email>' not specified\n",
    ],
    [
      'a time that is none',
      ['user', 'disable', 'ada@example.com', '--until', 'yesterday'],
      "error: option '--until <time>' argument 'yesterday' is invalid. " +
        'Give a time such as 2030-01-31T12:00:00Z, or a duration: 2h.\n',
    ],
    [
      'a limit that is none',
      ['user', 'list', '--limit', '0'],
      "error: option '--limit <count>' argument '0' is invalid. Give a number from 1 to 9999999.\n",
    ],
    [
      'two sources of one password',
      ['user', 'add', '--email', 'a@b', '--password', 'x', '--password-stdin'],
      "error: option '--password <password>' cannot be used with option '--password-stdin'\n",
    ],
  ])('with %s gets one line and exit code 1', async (_, args, stderr) => {
    expect(await portcullis(args)).toEqual({ code: 1, stdout: '', stderr });
  });
});
