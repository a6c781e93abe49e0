import type { Moment } from './history.js';
import { Random } from './random.js';

export const NODES = 3;

/** What is done when, and by which nodes first; `roll` picks whom or what it is done to. */
export interface Step<Deed extends string = string> {
  readonly at: Moment;
  readonly deed: Deed;
  /** All nodes, in the order in which they are asked. */
  readonly order: readonly number[];
  readonly roll: number;
}

const CLIENT = {
  'ask plain': 16,
  'ask critical': 10,
  'ask bounded': 10,
  refresh: 8,
  'refresh in two tabs': 5,
  'refresh, lose the answer, retry': 5,
  'log out': 2,
  'log out while refreshing': 1,
  'log out others': 0.7,
  'log out everywhere': 0.7,
  'revoke my other session': 1,
  'change password': 0.7,
};
const ADMIN = {
  'revoke session and look': 5,
  'revoke session': 3,
  'revoke user': 1.5,
  'revoke device': 1.5,
  'disable user': 1.5,
  'enable user': 4,
  'set scopes': 1,
  'rotate key': 0.7,
  'rotate key, revoke issued': 0.2,
  'revoke all': 0.2,
};
const GHOST = {
  'ask plain': 5,
  'ask critical': 5,
  'ask bounded': 5,
  'ask all nodes': 3,
  'ask all nodes when the bound is over': 1.5,
  refresh: 1,
};
const THIEF = { replay: 1 };

export type ClientDeed = keyof typeof CLIENT;
export type AdminDeed = keyof typeof ADMIN;
export type GhostDeed = keyof typeof GHOST;
export type ThiefDeed = keyof typeof THIEF;

const NODE_FAULTS = [
  'kill node',
  'stop node',
  'freeze node',
  'black hole',
  'frozen network',
  'refused network',
  'cut network',
] as const;
const DATABASE_FAULTS = ['restart database', 'kill database', 'freeze database'] as const;
const FAIL_OVER = 'fail over';
const REDIS_FAULTS = ['kill Redis', 'freeze Redis'] as const;

export type NodeFault = (typeof NODE_FAULTS)[number];
export type DatabaseFault = (typeof DATABASE_FAULTS)[number] | typeof FAIL_OVER;
export type RedisFault = (typeof REDIS_FAULTS)[number];
export type StoreFault = DatabaseFault | RedisFault;

export type PlannedFault = { readonly at: Moment; readonly lasts: number } & (
  { readonly kind: NodeFault; readonly node: number } | { readonly kind: StoreFault }
);

export interface Plan {
  readonly clients: readonly (readonly Step<ClientDeed>[])[];
  readonly admins: readonly (readonly Step<AdminDeed>[])[];
  readonly ghosts: readonly (readonly Step<GhostDeed>[])[];
  readonly thieves: readonly (readonly Step<ThiefDeed>[])[];
  readonly faults: readonly PlannedFault[];
}

export interface PlanOptions {
  readonly seed: number;
  /** Milliseconds. */
  readonly lasts: number;
  readonly faults: boolean;
  /** Whether there is a Redis that may have troubles of its own. Default: no. */
  readonly redis?: boolean;
  /** Whether there is a standby that may take over. Default: no. */
  readonly failOver?: boolean;
}

/** How many there are, and how many milliseconds lie between two of their steps, at most. */
const CAST = {
  client: { count: 8, pause: 500 },
  admin: { count: 2, pause: 1_500 },
  ghost: { count: 5, pause: 240 },
  thief: { count: 1, pause: 6_000 },
};

/** Everything that chance decides, from the seed alone: the run only finds out what comes of it. */
export function makePlan(options: PlanOptions): Plan {
  const cast = <Deed extends string>(role: keyof typeof CAST, deeds: Record<Deed, number>) =>
    Array.from({ length: CAST[role].count }, (_, index) =>
      script(new Random(options.seed, `${role} ${index}`), deeds, CAST[role].pause, options.lasts),
    );
  return {
    clients: cast('client', CLIENT),
    admins: cast('admin', ADMIN),
    ghosts: cast('ghost', GHOST),
    thieves: cast('thief', THIEF),
    faults: options.faults ? faults(options) : [],
  };
}

function script<Deed extends string>(
  random: Random,
  deeds: Record<Deed, number>,
  pause: number,
  lasts: number,
): Step<Deed>[] {
  const steps: Step<Deed>[] = [];
  const nodes = Array.from({ length: NODES }, (_, node) => node);
  for (let at = random.between(0, pause); at < lasts; at += random.between(0, pause)) {
    const deed = random.choose(deeds);
    steps.push({ at, deed, order: random.shuffle(nodes), roll: random.next() });
  }
  return steps;
}

/** Calm in which the feed must have told everything: at the start, and after every few troubles. */
const CALM = { least: 7_000, most: 10_000 };
const TROUBLES_BETWEEN = 9;

/** A trouble of each kind before any kind comes twice. */
function faults({ seed, lasts, redis = false, failOver = false }: PlanOptions): PlannedFault[] {
  const random = new Random(seed, 'faults');
  const planned: PlannedFault[] = [];
  let nodeKinds: NodeFault[] = [];
  let storeKinds: StoreFault[] = [];
  // The last ones are over when the actors are.
  const end = lasts - 2_000;
  for (let at = 5_000, turn = 1; at < end; at += random.between(300, 1_800), turn += 1) {
    if (turn % TROUBLES_BETWEEN === 0) at += random.between(CALM.least, CALM.most);
    if (turn % 4 === 0) {
      const kinds = redis ? [...DATABASE_FAULTS, ...REDIS_FAULTS] : DATABASE_FAULTS;
      if (storeKinds.length === 0) {
        storeKinds = random.shuffle<StoreFault>(kinds);
        // First, since it is in every play.
        if (failOver) storeKinds.push(FAIL_OVER);
      }
      const kind = storeKinds.pop() ?? 'restart database';
      planned.push({ at, kind, lasts: random.between(200, 2_500) });
      continue;
    }
    if (nodeKinds.length === 0) nodeKinds = random.shuffle(NODE_FAULTS);
    const kind = nodeKinds.pop() ?? 'kill node';
    const node = Math.floor(random.next() * NODES);
    // A node that is cut off must be so for longer than a field's bound.
    const longest = kind.endsWith('node') ? 3_000 : 5_000;
    planned.push({ at, kind, node, lasts: random.between(200, longest) });
  }
  return planned;
}
