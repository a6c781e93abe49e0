import { RevocationLog } from '../../revocation/index.js';
import type { LogPosition, RevocationInForce } from '../../revocation/index.js';
import type { Node } from '../node.js';

/** Milliseconds for which the text of everything in force may be used again, its times being a bit too long. */
const REUSE = 1_000;

/** What a node has learnt of revocations, as other services are told. */
export class NodeRevocations {
  readonly log: RevocationLog;
  readonly #node: Node;
  #all: { readonly at: number; readonly position: LogPosition; readonly text: string } | undefined;

  constructor(node: Node) {
    const { deps } = node;
    this.#node = node;
    this.log = new RevocationLog(deps.denylist, deps.clock);
    // A key that is gone is news: who verifies tokens has to fetch the keys again.
    deps.keys.onLoaded(() => this.log.note());
  }

  get id(): string {
    return this.#node.following.identity.id;
  }

  /** What the node knows of itself at this moment. Nothing of it compares clocks. */
  get facts() {
    const { deps, following } = this.#node;
    const markAge = following.markAge();
    return {
      markAge: markAge === undefined ? null : Math.ceil(markAge),
      lifetime: deps.denylist.lifetime,
      keys: deps.keys.version ?? null,
      time: Math.round(deps.clock.now()),
    };
  }

  /** Of what came after the position, or else everything in force; JSON of a list. */
  textSince(position: LogPosition | undefined): { complete: boolean; text: string } {
    const news = position && this.log.since(position);
    if (news) return { complete: false, text: JSON.stringify(news.map(shape)) };
    return { complete: true, text: this.#allText() };
  }

  /** A crowd that comes at once, as after a restart, is told from one text. */
  #allText(): string {
    const { clock, denylist } = this.#node.deps;
    const now = clock.monotonic();
    const { position } = this.log;
    const known = this.#all;
    const isSame =
      known?.position.generation === position.generation && known.position.count === position.count;
    if (known && isSame && now - known.at < REUSE) return known.text;
    const text = JSON.stringify([...denylist.inForce()].map(shape));
    this.#all = { at: now, position, text };
    return text;
  }
}

function shape({ revocation, remaining }: RevocationInForce) {
  return { ...revocation, remaining: Math.ceil(remaining) };
}
