import { getNamedType, isCompositeType } from 'graphql';
import { requiredArguments } from './arguments.js';
import { representations } from './entities.js';
import type { Graph, Step } from './graph.js';
import type { Path } from './paths.js';
import { KINDS } from './ways.js';
import type { Kind, Way, Ways } from './ways.js';

/** One query that asks for one field, and what is known of it. */
export interface Question {
  readonly path: Path;
  readonly text: string;
  /** What the fields are called in the answer, from the root down. */
  readonly keys: readonly string[];
  /** Whether every stub answers by a promise. */
  readonly byPromises: boolean;
}

interface Placed {
  readonly way: Way;
  readonly step: Step;
  /** The type that the field is asked of: an interface's field may need other words than the object's. */
  readonly of: string;
}

const FEW_KINDS = ['alias', 'nested fragments'] as const;

/** Asks for the end of a path in every form. */
export function* questionsAlong(path: Path, graph: Graph, ways: Ways): Generator<Question> {
  const last = path.steps.at(-1);
  if (!last) return;
  // What is refused further up has been asked for in every form for its own sake.
  for (const kind of path.refusedEarly ? FEW_KINDS : KINDS) {
    const { placed, parent } = descend(path, ways, kind);
    for (const way of ways.to(parent, last, kind)) {
      const whole = [...placed, { way, step: last, of: typeOf(way, parent) }];
      yield {
        path,
        text: write(path, whole, graph, ways),
        keys: whole.map(({ way: { alias }, step: { field } }, n) => (alias ? `a${n}` : field)),
        byPromises: KINDS.indexOf(kind) % 2 === 1,
      };
    }
  }
}

/** Chooses how to ask for what lies above the target, as much as possible in the same form. */
function descend({ steps }: Path, ways: Ways, kind: Kind): { placed: Placed[]; parent: string } {
  let parent = steps[0]?.type ?? '';
  const placed = steps.slice(0, -1).map((step) => {
    const way = ways.like(parent, step, kind);
    const of = typeOf(way, parent);
    const field = ways.fieldOf(of, step.field);
    parent = field ? getNamedType(field.type).name : '';
    return { way, step, of };
  });
  return { placed, parent };
}

function typeOf({ within }: Way, parent: string): string {
  return within.filter((type) => type !== '').at(-1) ?? parent;
}

function write({ operation }: Path, placed: readonly Placed[], graph: Graph, ways: Ways): string {
  const fragments: string[] = [];
  const selection = placed.reduceRight((inner, { way, step, of }, n) => {
    const field = ways.fieldOf(of, step.field);
    const leaf = !field || !isCompositeType(getNamedType(field.type));
    const below = inner || (leaf ? '' : '__typename');
    const given =
      representations(step, graph, placed[n + 1]?.step.type) ??
      (field ? requiredArguments(field) : '');
    const name = `${way.alias ? `a${n}: ` : ''}${step.field}${given}`;
    return wrap(way, below ? `${name} { ${below} }` : name, fragments);
  }, '');
  return [`${operation} { ${selection} }`, ...fragments].join(' ');
}

function wrap({ within, named }: Way, field: string, fragments: string[]): string {
  return within.reduceRight((inner, type) => {
    if (!named) return `...${type === '' ? '' : ` on ${type}`} { ${inner} }`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type} { ${inner} }`);
    return `...${name}`;
  }, field);
}
