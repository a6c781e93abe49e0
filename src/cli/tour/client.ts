import { print } from 'graphql';
import type { TypedQueryDocumentNode } from 'graphql';
import { TourError } from './tour-error.js';

/** What a server answered to one operation. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null;
  /** `CODE/REASON at path` of each error, in order. */
  readonly errors: readonly string[];
  /** Of a revocation that waits for the nodes: after how many milliseconds each refused by it. */
  readonly receipts: readonly (number | null)[];
  readonly milliseconds: number;
}

export interface Request<Data, Variables> {
  readonly document: TypedQueryDocumentNode<Data, Variables>;
  readonly variables: Variables;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
}

interface Body<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string; readonly reason?: string };
  }[];
  readonly extensions?: {
    readonly portcullis?: {
      readonly receipts?: readonly {
        readonly nodes: readonly { readonly appliedAfterMs: number | null }[];
      }[];
    };
  };
}

/** No step of the tour may take longer than this. */
const PATIENCE = 30_000;

/** Asks over HTTP, as any client would. @throws TourError when nothing that answers GraphQL is there. */
export async function send<Data, Variables>(
  url: string,
  { document, variables, token }: Request<Data, Variables>,
  signal: AbortSignal,
): Promise<Answer<Data>> {
  const sent = performance.now();
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: print(document), variables }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  })
    .then(async (response) => ({ response, text: await response.text() }))
    .catch((error: unknown) => {
      throw new TourError(`${url}/graphql does not answer: ${whyNot(error)}`);
    });
  const milliseconds = performance.now() - sent;
  const { data = null, errors = [], extensions } = read<Data>(answer.text, url);
  return {
    status: answer.response.status,
    data,
    errors: errors.map(({ path, extensions }) => {
      const at = path ? ` at ${path.join('.')}` : '';
      return `${extensions?.code ?? 'NO_CODE'}/${extensions?.reason ?? 'NO_REASON'}${at}`;
    }),
    receipts: (extensions?.portcullis?.receipts ?? []).flatMap(({ nodes }) =>
      nodes.map(({ appliedAfterMs }) => appliedAfterMs),
    ),
    milliseconds,
  };
}

function read<Data>(text: string, url: string): Body<Data> {
  try {
    return JSON.parse(text) as Body<Data>;
  } catch {
    throw new TourError(`${url}/graphql does not speak GraphQL.`);
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? whyNot(error.cause) : error.message || error.name;
}
