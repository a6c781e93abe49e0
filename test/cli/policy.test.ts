import type { PolicyEntry } from '../../src/policy/index.js';
import { answerOf, portcullis, rowsOf, spawned } from './support.js';

const NOTHING = { scopes: [], maxAuthAge: null, maxStale: null, when: [] };

describe('portcullis policy', () => {
  it('tells programs what every field demands, without a database', async () => {
    const { fields, warnings } = answerOf(await spawned(['policy', '--json']));
    const demanded = ['Mutation.login', 'Mutation.setUserScopes', 'Query.me', 'User.sessions'];
    expect(
      (fields as PolicyEntry[]).filter(({ coordinate }) => demanded.includes(coordinate)),
    ).toEqual([
      { coordinate: 'Mutation.login', public: true, ...NOTHING },
      {
        ...{ coordinate: 'Mutation.setUserScopes', public: false, ...NOTHING },
        ...{ scopes: [['admin']], maxAuthAge: 300, maxStale: 0 },
      },
      { coordinate: 'Query.me', public: false, ...NOTHING },
      { coordinate: 'User.sessions', public: false, ...NOTHING, scopes: [['admin']] },
    ]);
    expect(warnings).toEqual([]);
  });

  it('shows people the same table', async () => {
    const { code, stdout, stderr } = await portcullis(['policy']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = new Map(rowsOf(stdout).map(({ FIELD, ...row }) => [FIELD, row]));
    expect(rows.get('Mutation.login')).toEqual({
      ...{ PUBLIC: 'yes', SCOPES: '-', 'MAX AUTH AGE': '-', 'MAX STALE': '-', WHEN: '-' },
    });
    expect(rows.get('Mutation.setUserScopes')).toEqual({
      ...{ PUBLIC: 'no', SCOPES: 'admin', 'MAX AUTH AGE': '300', 'MAX STALE': '0', WHEN: '-' },
    });
    expect(rows.get('Query.me')).toEqual({
      ...{ PUBLIC: 'no', SCOPES: '-', 'MAX AUTH AGE': '-', 'MAX STALE': 'any', WHEN: '-' },
    });
  });
});
