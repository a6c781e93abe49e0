import { describeFailure } from '../../src/cli/failures.js';
import { StatementError } from '../../src/database/index.js';
import { StartupError, badInput, storeUnavailable } from '../../src/errors/index.js';

describe('what a command says when it fails', () => {
  it.each([
    [new StartupError('The folder is in use.'), 'The folder is in use.'],
    [storeUnavailable(), 'The session store cannot answer right now. Try again.'],
    [new StatementError('42P01', undefined), 'PostgreSQL refused a statement (42P01)'],
    [badInput('input.email', 'This is taken.'), '--email: This is taken.'],
    [badInput('input.scopes.2', 'This is no scope.'), '--scope: This is no scope.'],
    [badInput('until', 'This must be a time to come.'), '--until: This must be a time to come.'],
    [badInput('id', 'There is no such session.'), 'There is no such session.'],
  ])('tells %p in its own words, with the option that it is about', (error, text) => {
    expect(describeFailure(error, false)).toBe(text);
  });

  it('keeps the message of an unexpected error for the level debug, on one line', () => {
    const error = new TypeError('bad\n  value of postgres://u:p@h');
    expect(describeFailure(error, false)).toBe('Unexpected error: LOG_LEVEL=debug tells more');
    expect(describeFailure(error, true)).toBe(
      'Unexpected error: TypeError: bad value of postgres://u:p@h',
    );
  });
});
