import { ask, reasons } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { PLACEMENTS, SHAPES, VARIABLES, guardsWholeType, worldOf } from './support/placements.js';
import type { World } from './support/placements.js';
import { SERVERS } from './support/servers.js';
import type { Served } from './support/servers.js';

const variables = VARIABLES;
/** Thrice, so that what a server compiles or keeps of a document is asked too. */
const ROUNDS = 3;

const cells = Object.entries(SERVERS).flatMap(([server, serve]) =>
  Object.entries(PLACEMENTS).map(([place, placement]) => ({ server, serve, place, placement })),
);

describe.each(cells)('on $server, a rule on $place', ({ serve, placement }) => {
  let world: World;
  let served: Served;
  beforeAll(async () => {
    world = worldOf(placement);
    served = await serve(world);
  });
  afterAll(() => served.stop());

  const isDenied = (answer: Answer) => {
    expect(reasons(answer)).toEqual(['UNAUTHENTICATED/NO_TOKEN']);
    const { data } = answer;
    const text = JSON.stringify(data);
    expect(text).not.toContain('the secret');
    expect(data).toMatchObject({ open: 'open' });
    expect(text.includes('the name')).toBe(!guardsWholeType(placement));
    const list: unknown = data?.['list'];
    if (Array.isArray(list)) expect(list[0]).toEqual({ open: 'open' });
  };
  const isAnswered = (answer: Answer) => {
    expect(reasons(answer)).toEqual([]);
    const text = JSON.stringify(answer.data);
    expect(answer.data).toMatchObject({ open: 'open' });
    expect(text).toContain('the name');
    expect(text).toContain('the secret');
  };

  it.each(Object.entries(SHAPES))('is not got around %s', async (_shape, query) => {
    const before = world.runs();
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await ask(served.url, query, { variables });
      expect(answer.status).toBe(200);
      isDenied(answer);
    }
    expect(world.runs()).toBe(before);
  });

  it.each(Object.entries(SHAPES))(
    'lets those in who come %s with a token',
    async (_shape, query) => {
      const before = world.runs();
      for (let round = 0; round < ROUNDS; round += 1) {
        isAnswered(await ask(served.url, query, { variables, token: 'user' }));
      }
      expect(world.runs()).toBe(before + ROUNDS);
    },
  );

  it('is not got around by a batch of all of them', async () => {
    const before = world.runs();
    const queries = Object.values(SHAPES);
    for (const answer of await askBatch(served.url, queries)) isDenied(answer);
    expect(world.runs()).toBe(before);
    for (const answer of await askBatch(served.url, queries, 'user')) isAnswered(answer);
    expect(world.runs()).toBe(before + queries.length);
  });
});

async function askBatch(url: string, queries: readonly string[], token?: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(queries.map((query) => ({ query, variables }))),
  });
  const answers = (await response.json()) as Answer[];
  expect(answers).toHaveLength(queries.length);
  return answers;
}
