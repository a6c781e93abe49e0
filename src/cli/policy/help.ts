import { examples } from '../cli.js';

export const POLICY_HELP = `
public      yes: the field itself asks for nothing; a field above it may
scopes      one of the alternatives must be held whole
maxAuthAge  seconds since the password was last entered
maxStale    seconds that the knowledge of the session may be old; 0 asks the database now;
            any: every revocation that the node has heard of counts
when        conditions that must all be met
${examples(
  'policy',
  'policy --json',
  'policy --schema schema.graphql',
  "policy --schema 'src/**/*.graphql' --snapshot policy.snap",
  "policy --schema 'src/**/*.graphql' --check policy.snap",
  'policy --schema schema/ --html policy.html',
)}`;
