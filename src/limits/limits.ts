import { Kind, Lexer, Source, TokenKind } from 'graphql';
import type {
  DefinitionNode,
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { badInput } from '../errors/index.js';
import type { PortcullisError } from '../errors/index.js';
import { costOf } from './cost.js';
import { countOverlaps } from './merge.js';
import type { QueryLimit, QueryLimits } from './query-limits.js';
import { ShapeMeter, countOf } from './shape.js';
import type { Fragments, Shape } from './shape.js';

/** What is about to run. */
export interface AskedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Judges what is asked for, step by step, so that no step costs more than those before let through. */
export class Limits {
  readonly #limits: QueryLimits;
  /** Costs that do not hang on variables. Documents are kept by servers. */
  readonly #costs = new WeakMap<OperationDefinitionNode, { schema: object; cost: number }>();

  constructor(limits: QueryLimits) {
    this.#limits = limits;
  }

  /** Before a text is parsed. What cannot be read is left to the parser. */
  refusedSource(text: string): PortcullisError | undefined {
    const lexer = new Lexer(new Source(text));
    try {
      for (let tokens = 1; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
        const refusal = this.#beyond({ tokens });
        if (refusal) return refusal;
      }
    } catch {
      return undefined;
    }
    return undefined;
  }

  /** Before a document is validated, which takes time that grows with the square of what is asked. */
  refusedDocument(document: DocumentNode): PortcullisError | undefined {
    const fragments = fragmentsOf(document);
    // Only one of them would be measured.
    if (fragments.size < countOf(document.definitions.filter(isFragment))) {
      return badInput('query', 'Two fragments have one name.');
    }
    const meter = new ShapeMeter(fragments);
    const operations = operationsOf(document);
    const shapes = operations.map((node) => shapeOf(meter, node));
    // What no operation spreads is validated too.
    const unused = [...fragments.keys()].filter((name) => !meter.hasMet(name));
    shapes.push(...unused.map((name) => meter.ofFragment(name)));
    // graphql-js compares the fields of such fragments until its stack overflows.
    if (meter.isCircular) return badInput('query', 'The fragments form a circle.');
    const refusal = this.#beyond(largestOf(shapes));
    if (refusal) return refusal;
    const roots = [...operations, ...unused.flatMap((name) => fragments.get(name) ?? [])];
    const overlaps = sumOf(roots.map((root) => countOverlaps(root.selectionSet, fragments)));
    return this.#beyond({ overlaps });
  }

  /** Before a valid operation runs. @param rootFields how many it would run */
  refusedOperation(asked: AskedOperation, rootFields: number): PortcullisError | undefined {
    if (rootFields > this.#limits.rootFields) return this.#beyond({ rootFields });
    const cost = this.#costOf(asked);
    return cost > this.#limits.cost ? this.#beyond({ cost }) : undefined;
  }

  #costOf(asked: AskedOperation): number {
    const { schema, node } = asked;
    const known = this.#costs.get(node);
    if (known?.schema === schema) return known.cost;
    const { cost, isFixed } = costOf({ ...asked, fragments: fragmentsOf(asked.document) });
    if (isFixed) this.#costs.set(node, { schema, cost });
    return cost;
  }

  #beyond(found: Partial<QueryLimits>): PortcullisError | undefined {
    for (const limit of Object.keys(found) as QueryLimit[]) {
      const most = this.#limits[limit];
      if ((found[limit] ?? 0) <= most) continue;
      return badInput(`query.${limit}`, `The limit of ${most} ${WORDS[limit]} is exceeded.`);
    }
    return undefined;
  }
}

const WORDS: Readonly<Record<QueryLimit, string>> = {
  tokens: 'tokens of a document',
  depth: 'fields within one another',
  nesting: 'selections within one another',
  aliases: 'aliases of an operation',
  directives: 'directives of an operation',
  selections: 'selections with fragments expanded',
  overlaps: 'pairs of fields or fragments that meet at one place',
  rootFields: 'fields at the root',
  cost: 'fields that the answer may have',
};

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  return new Map(definitions.filter(isFragment).map((node) => [node.name.value, node]));
}

function isFragment(node: DefinitionNode): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

function operationsOf({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
}

function shapeOf(meter: ShapeMeter, node: OperationDefinitionNode): Shape {
  const shape = meter.of(node.selectionSet);
  const ofVariables = sumOf((node.variableDefinitions ?? []).map((one) => countOf(one.directives)));
  const directives = shape.directives + countOf(node.directives) + ofVariables;
  return { ...shape, directives };
}

function largestOf(shapes: readonly Shape[]): Shape {
  const most = (count: keyof Shape) => Math.max(0, ...shapes.map((shape) => shape[count]));
  return {
    depth: most('depth'),
    nesting: most('nesting'),
    aliases: most('aliases'),
    directives: most('directives'),
    selections: sumOf(shapes.map(({ selections }) => selections)),
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
