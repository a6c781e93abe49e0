// Our own server as `npm start` runs it, with fields beside its own whose resolvers cost nothing. WAY=open: the
// same server with its guards off, which reads no token and judges nothing. WAY=within: nobody is asked for at the
// door, so a check is waited for amid an execution.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { readConfig } from '../../dist/config/index.js';
import { readTypeDefs, resolvers } from '../../dist/graphql/index.js';
import { createLog, startServer } from '../../dist/server/index.js';
import { openDoor, startOpenServer } from '../support/open-server.mjs';
import { signIn } from '../support/sign-in.mjs';
import { fieldsOf, ready, resolversOf, told } from '../support/subject.mjs';

const KINDS = {
  open: '@public',
  auth: '@auth',
  stale: '@critical(maxStale: 5)',
  critical: '@critical',
};
const schema = makeExecutableSchema({
  typeDefs: [readTypeDefs(), `extend type Query { ${fieldsOf(KINDS)} }`],
  resolvers: [resolvers, { Query: resolversOf(Object.keys(KINDS)) }],
});
// A comparison takes longer than a token lives by default.
const config = readConfig({ ACCESS_TTL: '60m', ...process.env });
const log = createLog(config.logLevel);
const isOpen = told.way === 'open';
const server = await (isOpen ? startOpenServer : startServer)({ config, log, schema });
const node = await server.ready;
const { deps } = node;
if (told.way === 'within') node.door = openDoor(deps);
ready(isOpen ? [{}] : await signIn(deps, told));
process.once('SIGTERM', () => void server.stop().then(() => process.exit()));
