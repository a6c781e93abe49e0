import type { Knowledge } from '../freshness/rule.js';
import type { Clock } from '../support/clock.js';
import type { VerifiedToken } from './guard.js';

/** Where knowledge of a token comes from, in milliseconds; undefined where there is none. */
export interface KnowledgeSources<T extends VerifiedToken> {
  readonly clock: Clock;
  check(token: T): number | undefined;
  mark(token: T): number | undefined;
}

/** What is known of a token: each source is looked at when it is asked for, and only then. */
export function knowledgeBy<T extends VerifiedToken>(
  sources: KnowledgeSources<T>,
): (token: T) => Knowledge {
  return (token) => new LazyKnowledge(sources, token);
}

class LazyKnowledge<T extends VerifiedToken> implements Knowledge {
  constructor(
    private readonly sources: KnowledgeSources<T>,
    private readonly token: T,
  ) {}

  get issue() {
    return this.sources.clock.latest() - this.token.issuedAt * 1_000;
  }

  get check() {
    return this.sources.check(this.token);
  }

  get mark() {
    return this.sources.mark(this.token);
  }
}
