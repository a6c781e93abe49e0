/** The layers of a request, each with what tells it by a script's address or, where there is none, a function's name. */
const TELLS = [
  ['our gate', (url) => /\/dist\/(?!server\/|graphql\/)/.test(url) && isOurs(url)],
  ['our HTTP and context', (url) => /\/dist\/(server|graphql)\//.test(url) && isOurs(url)],
  [
    'Apollo Server',
    (url) => /node_modules\/(@apollo|negotiator|whatwg-mimetype|content-type)/.test(url),
  ],
  ['graphql-js', (url) => /node_modules\/(graphql|@graphql-tools)\//.test(url)],
  [
    'PostgreSQL’s driver, DataLoader',
    (url) => /node_modules\/(pg|pg-[^/]+|knex|dataloader|postgres-[^/]+)\//.test(url),
  ],
  ['fastify', (url) => /node_modules\//.test(url)],
  [
    'crypto',
    (url, name) =>
      url.startsWith('node:internal/crypto') || /^(Hash|digest|update|verify)$/.test(name),
  ],
  ['Node’s HTTP, streams and timers', (url) => url.startsWith('node:')],
  ['garbage collector', (_, name) => name === '(garbage collector)'],
  ['writes to sockets', (_, name) => /^write/.test(name)],
  ['everything else native', (url, name) => url === '' && name !== '(idle)'],
];

export const LAYERS = TELLS.map(([layer]) => layer);

function isOurs(url) {
  return !url.includes('node_modules');
}

/**
 * Microseconds a request of each layer.
 * @param profile of the V8 profiler
 * @param answered how many requests were answered meanwhile
 */
export function byLayer({ nodes, samples, timeDeltas }, answered) {
  const layerOf = new Map(
    nodes.map(({ id, callFrame: { url, functionName } }) => [
      id,
      TELLS.find(([, tells]) => tells(url, functionName))?.[0],
    ]),
  );
  const sums = Object.fromEntries(LAYERS.map((layer) => [layer, 0]));
  samples.forEach((id, at) => {
    const layer = layerOf.get(id);
    if (layer !== undefined) sums[layer] += timeDeltas[at];
  });
  return Object.fromEntries(LAYERS.map((layer) => [layer, sums[layer] / answered]));
}
