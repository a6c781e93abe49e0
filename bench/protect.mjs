// What it costs to protect a large schema: 2,000 types are compiled to a policy, and their guarded fields
// wrapped. Prints JSON.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { isObjectType } from 'graphql';
import { build } from '../scripts/build.mjs';
import { median, round } from './support/numbers.mjs';
import { keep, machine, say } from './support/report.mjs';

const TYPES = 2_000;
const FIELDS = 10;
const ROUNDS = 7;

/** A tenth of the types is guarded as a whole, and of the others each field in five. */
function sdl() {
  const types = Array.from({ length: TYPES }, (_, at) => {
    const whole = at % 10 === 0 ? ' @auth' : '';
    const fields = Array.from({ length: FIELDS }, (__, field) => {
      const answer = field === 0 ? `T${(at + 1) % TYPES}` : 'String';
      return `f${field}: ${answer}${field % 5 === 4 ? ' @critical(maxStale: 30)' : ''}`;
    });
    return `type T${at} implements Node${whole} { id: ID ${fields.join(' ')} }`;
  });
  const roots = Array.from({ length: 100 }, (_, at) => `r${at}: T${at} @public`);
  return `
    interface Node { id: ID }
    union Any = ${Array.from({ length: 100 }, (_, at) => `T${at}`).join(' | ')}
    type Query { node: Node @public  any: Any @public  ${roots.join(' ')} }
    ${types.join('\n')}`;
}

build();
const { createProtection } = await import('portcullis/directives');

/** Never asked: nothing is executed here. */
const guard = {
  token: () => undefined,
  revoked: () => undefined,
  knowledge: () => ({}),
  check: () => Promise.resolve(true),
  now: () => Date.now(),
};
const resolve = () => 'answer';
const resolversOf = (at) => ({
  id: resolve,
  ...Object.fromEntries(Array.from({ length: FIELDS }, (_, field) => [`f${field}`, resolve])),
  __isTypeOf: (value) => value?.at === at,
});
const typeDefs = sdl();
const resolvers = Object.fromEntries(
  Array.from({ length: TYPES }, (_, at) => [`T${at}`, resolversOf(at)]),
);

const compile = [];
const protect = [];
/** Of all threads, so that a busy machine does not count. */
const processor = [];
let guarded = 0;
let unguarded = 0;
let wrapped = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  // A protection of its own each time: policies are remembered.
  const protection = createProtection({ guard });
  const bare = makeExecutableSchema({ typeDefs: [protection.typeDefs, typeDefs], resolvers });
  const before = process.cpuUsage();
  const began = performance.now();
  const policy = protection.policyOf(bare);
  const compiled = performance.now();
  const schema = protection.protect(bare);
  protection.assertProtected(schema);
  const done = performance.now();
  compile.push(compiled - began);
  protect.push(done - began);
  const { user, system } = process.cpuUsage(before);
  processor.push((user + system) / 1_000);
  say(`round ${round + 1}: ${Math.round(done - began)} ms`);
  [guarded, unguarded, wrapped] = [0, 0, 0];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const open = bare.getType(type.name).getFields();
    for (const [name, field] of Object.entries(type.getFields())) {
      if (policy.field(type.name, name).signedIn) guarded += 1;
      else unguarded += 1;
      const isWrapped = field.resolve !== open[name].resolve;
      if (isWrapped && !policy.field(type.name, name).signedIn) wrapped += 1;
    }
  }
}

const told = (values) => ({
  first: round(values[0]),
  ...{ median: round(median(values)), max: round(Math.max(...values)) },
});
const results = {
  ...{ machine: machine(), types: TYPES, rounds: ROUNDS },
  fields: { guarded, unguarded },
  unguardedFieldsThatWereWrapped: wrapped,
  milliseconds: {
    compile: told(compile),
    'compile, protect and check': told(protect),
    'of the processor, for all three': told(processor),
  },
};
console.log(JSON.stringify(results, undefined, 2));
keep('protect', results);
