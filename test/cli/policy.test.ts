import type { PolicyEntry } from '../../src/policy/index.js';
import { answerOf, portcullis, rowsOf } from './support.js';

describe('portcullis policy', () => {
  it('tells programs what every field demands, without a database', async () => {
    const { fields, warnings } = answerOf(await portcullis(['policy', '--json']));
    const demanded = ['Mutation.login', 'Mutation.setUserScopes', 'Query.me', 'User.sessions'];
    expect(
      (fields as PolicyEntry[]).filter(({ coordinate }) => demanded.includes(coordinate)),
    ).toEqual([
      { coordinate: 'Mutation.login', public: true, scopes: [], maxAuthAge: null, maxStale: null },
      {
        ...{ coordinate: 'Mutation.setUserScopes', public: false, scopes: [['admin']] },
        ...{ maxAuthAge: 300, maxStale: 0 },
      },
      { coordinate: 'Query.me', public: false, scopes: [], maxAuthAge: null, maxStale: null },
      {
        ...{ coordinate: 'User.sessions', public: false, scopes: [['admin']] },
        ...{ maxAuthAge: null, maxStale: null },
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('shows people the same table', async () => {
    const { code, stdout, stderr } = await portcullis(['policy']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = new Map(rowsOf(stdout).map(({ FIELD, ...row }) => [FIELD, row]));
    expect(rows.get('Mutation.login')).toEqual({
      ...{ PUBLIC: 'yes', SCOPES: '-', 'MAX AUTH AGE': '-', 'MAX STALE': '-' },
    });
    expect(rows.get('Mutation.setUserScopes')).toEqual({
      ...{ PUBLIC: 'no', SCOPES: 'admin', 'MAX AUTH AGE': '300', 'MAX STALE': '0' },
    });
    expect(rows.get('Query.me')).toEqual({
      ...{ PUBLIC: 'no', SCOPES: '-', 'MAX AUTH AGE': '-', 'MAX STALE': 'any' },
    });
  });
});
