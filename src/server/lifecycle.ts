import type { Node } from './node.js';

/** Where a server stands; what a phase does not have cannot be touched in it. */
export type Lifecycle =
  | { readonly phase: 'starting'; readonly waitingFor: string }
  | { readonly phase: 'ready'; readonly node: Node }
  | { readonly phase: 'draining' }
  | { readonly phase: 'stopped' };

/** The current phase, seen by every route. */
export interface LifecycleRef {
  current: Lifecycle;
}
