import { isInterfaceType, isIntrospectionType, isLeafType, isObjectType } from 'graphql';
import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { applicationsAt } from './applications.js';
import type { Carrier } from './applications.js';
import { federationNames } from './federation.js';
import type { FederationNames } from './federation.js';
import { misplacedDirectives } from './misplaced.js';
import type { DirectiveNames } from './names.js';
import { RuleReader } from './read-rule.js';
import { PUBLIC, both } from './requirement.js';
import type { Requirement } from './requirement.js';
import { signatureProblems } from './signatures.js';

export type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** The rules that are written at one place, joined. */
export interface Declared {
  readonly requirement: Requirement;
  readonly isPublic: boolean;
}

/** Every rule of a schema where it stands, and what is wrong with any of them. */
export interface Declarations {
  readonly composites: readonly Composite[];
  /** By name: of objects and interfaces, and of scalars and enums too. */
  readonly ofType: ReadonlyMap<string, Requirement>;
  /** By `Type.field`, of objects and interfaces. */
  readonly ofField: ReadonlyMap<string, Declared>;
  /** Each begins with its coordinate. */
  readonly problems: string[];
}

export interface ReadOptions {
  readonly names: DirectiveNames;
  readonly federation: boolean;
  /** Absent: any name will do. */
  readonly conditions: ReadonlySet<string> | undefined;
  readonly isRoot: (type: string) => boolean;
}

const NONE: FederationNames = new Map();

/** Reads all rules of a schema. Never throws; whoever asks decides what to do about the problems. */
export function readDeclarations(schema: GraphQLSchema, options: ReadOptions): Declarations {
  const { names, isRoot } = options;
  const federation = options.federation ? federationNames(schema) : NONE;
  const reader = new RuleReader(schema, names, federation);
  const problems = [
    ...signatureProblems(schema, names, federation),
    ...misplacedDirectives(schema, { names: new Set(reader.names), onLeaves: federation }),
  ];
  const read = (coordinate: string, element: Carrier) =>
    readAt(reader, { coordinate, element, problems, ...options });

  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const composites = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const ofType = new Map<string, Requirement>();
  const ofField = new Map<string, Declared>();
  const misplacedPublic = (coordinate: string) =>
    problems.push(`${coordinate}: @${names.public} stands on root fields only`);
  for (const type of types.filter(isLeafType)) {
    ofType.set(type.name, read(type.name, type).requirement);
  }
  for (const type of composites) {
    const whole = read(type.name, type);
    ofType.set(type.name, whole.requirement);
    if (whole.isPublic) misplacedPublic(type.name);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const declared = read(coordinate, field);
      ofField.set(coordinate, declared);
      if (declared.isPublic && !isRoot(type.name)) misplacedPublic(coordinate);
    }
  }
  return { composites, ofType, ofField, problems };
}

const NOTHING: Declared = { requirement: PUBLIC, isPublic: false };

interface Place extends Pick<ReadOptions, 'names' | 'conditions'> {
  readonly coordinate: string;
  readonly element: Carrier;
  readonly problems: string[];
}

function readAt(
  reader: RuleReader,
  { coordinate, element, problems, ...options }: Place,
): Declared {
  const applications = applicationsAt(element);
  if (applications.length === 0) return NOTHING;
  let requirement = PUBLIC;
  let isPublic = false;
  for (const application of applications) {
    try {
      const rule = reader.read(application);
      if (rule?.kind === 'public') isPublic = true;
      if (rule?.kind === 'guard') requirement = both(requirement, rule.requirement);
    } catch (error) {
      problems.push(`${coordinate}: ${(error as Error).message}`);
    }
  }
  const unknown = requirement.when?.filter((name) => options.conditions?.has(name) === false);
  for (const name of unknown ?? []) problems.push(`${coordinate}: there is no condition "${name}"`);
  if (isPublic && requirement.signedIn) {
    problems.push(`${coordinate}: @${options.names.public} contradicts the rule beside it`);
  }
  return { requirement, isPublic };
}
