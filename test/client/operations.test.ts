import * as account from '../../src/client/account-operations.js';
import * as core from '../../src/client/operations.js';
import { SESSION_ENDED } from '../../src/client/live.js';
import { readOperations } from '../../src/graphql/index.js';
import { TrustedDocuments, collectDocuments } from '../../src/limits/trusted/index.js';

const asked = [...Object.entries(core), ...Object.entries(account)].flatMap(([name, value]) =>
  Array.isArray(value) ? [[name, (value as core.Operation)[1]] as const] : [],
);

it.each([...asked, ['SESSION_ENDED', SESSION_ENDED] as const])(
  'a server that answers trusted documents alone answers %s',
  (_name, query) => {
    const trusted = new TrustedDocuments(collectDocuments(readOperations()));
    expect(trusted.find({ query })).toMatch(/^(query|mutation|subscription) /);
  },
);
