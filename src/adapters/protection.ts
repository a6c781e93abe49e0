import type { GraphQLDirective, GraphQLSchema } from 'graphql';
import { assertProtected, enforcePolicy } from '../directives/index.js';
import type { Conditions, Guard, VerifiedToken } from '../directives/index.js';
import type { PortcullisError } from '../errors/index.js';
import type { Limits } from '../limits/index.js';
import {
  DEFAULT_NAMES,
  compilePolicy,
  directiveDefinitions,
  directiveTypeDefs,
} from '../policy/index.js';
import type { Policy, PolicyOptions } from '../policy/index.js';
import { createGate, refusedToken } from './gate.js';
import type { Gate, Step } from './gate.js';

export interface ProtectionOptions<T extends VerifiedToken = VerifiedToken> extends Omit<
  PolicyOptions,
  'conditions'
> {
  /** Whom it asks. */
  readonly guard: Guard<T>;
  /** What `@auth(when:)` names. Default: none. */
  readonly conditions?: Conditions | undefined;
  /** Mutations that run whatever token comes along, since they trade one credential for another. */
  readonly isTrade?: ((mutation: string) => boolean) | undefined;
  /** What a document may cost, from its text on. Default: whatever it does. */
  readonly limits?: Limits | undefined;
  /** More reasons to refuse an operation before it runs. */
  readonly steps?: readonly Step<unknown>[] | undefined;
  /** What goes along with the answer to an operation. */
  readonly extras?: ((context: unknown) => Extras | undefined) | undefined;
  /** Settles when tokens can be judged; servers that can wait for it do. */
  readonly ready?: (() => Promise<unknown>) | undefined;
  /** The server lets nobody keep any answer, so none has to be made private. Default false. */
  readonly isNeverKept?: boolean | undefined;
}

export interface Extras {
  /** `extensions.portcullis` of the answer. */
  readonly portcullis: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the adapters of servers plug in. */
export interface Protection {
  /** SDL of the directives, for schemas that take them from us. */
  readonly typeDefs: string;
  /** The same for schemas that are built in code and print their directives. */
  readonly directives: readonly GraphQLDirective[];
  /** What every field of a schema demands. @throws StartupError */
  readonly policyOf: (schema: GraphQLSchema) => Policy;
  /**
   * The schema with its rules enforced; must be its last transform. One that is protected already is
   * answered as it stands.
   * @throws StartupError listing every misuse with its coordinate.
   */
  readonly protect: (schema: GraphQLSchema) => GraphQLSchema;
  /** @throws StartupError when a schema that is about to be served has lost a guard, or never had one. */
  readonly assertProtected: (schema: GraphQLSchema) => void;
  /** Undefined where documents may cost whatever they do. */
  readonly limits: Limits | undefined;
  readonly gate: Gate<unknown>;
  /** Why a presented token refuses whatever comes with it; for events of a subscription. */
  readonly refusedToken: (context: unknown) => PortcullisError | undefined;
  readonly extras: (context: unknown) => Extras | undefined;
  /** Whether an operation with this context has asked for something guarded. */
  readonly isPrivate: (context: unknown) => boolean;
  readonly ready: () => Promise<unknown>;
}

export function createProtection<T extends VerifiedToken>(
  options: ProtectionOptions<T>,
): Protection {
  const { guard, conditions = {}, names = DEFAULT_NAMES, isTrade, limits, steps } = options;
  const rules = { ...options, conditions: Object.keys(conditions) };
  const policies = new WeakMap<GraphQLSchema, Policy>();
  const policyOf = (schema: GraphQLSchema): Policy => {
    const known = policies.get(schema);
    if (known) return known;
    const policy = compilePolicy(schema, rules);
    policies.set(schema, policy);
    return policy;
  };
  const isProtected = (schema: GraphQLSchema): boolean => {
    try {
      assertProtected(schema, policyOf(schema));
      return true;
    } catch {
      return false;
    }
  };
  const askedFor = new WeakSet();
  const remember = (context: unknown) => {
    if (typeof context === 'object' && context !== null) askedFor.add(context);
  };
  const onGuarded = options.isNeverKept === true ? undefined : remember;
  return {
    typeDefs: directiveTypeDefs(names),
    directives: directiveDefinitions(names),
    policyOf,
    protect: (schema) => {
      const policy = policyOf(schema);
      if (isProtected(schema)) return schema;
      const guarded = enforcePolicy(schema, policy, guard, { conditions, onGuarded });
      policies.set(guarded, policy);
      return guarded;
    },
    assertProtected: (schema) => assertProtected(schema, policyOf(schema)),
    refusedToken: (context) => refusedToken(guard, context),
    limits,
    gate: createGate({ guard, policyOf, isTrade, limits, steps }),
    extras: (context) => options.extras?.(context),
    isPrivate: (context) =>
      typeof context === 'object' && context !== null && askedFor.has(context),
    ready: () => options.ready?.() ?? Promise.resolve(),
  };
}
