import type { Database, Executor } from '../database/index.js';
import { storeUnavailable } from '../errors/portcullis-error.js';
import { StartupError } from '../errors/startup-error.js';
import type { Clock } from '../support/clock.js';
import type { AuditStore, SigningKeyStore } from '../stores/index.js';
import { KeyRing, generateSigningKey } from '../tokens/index.js';
import type { KeyProblem, KeyVault, SigningKey } from '../tokens/index.js';

export interface SigningKeysOptions {
  readonly database: Database;
  readonly store: SigningKeyStore;
  readonly audit: AuditStore;
  readonly vault: KeyVault;
  readonly clock: Clock;
  /** Milliseconds that the longest access token of this node lives, clock tolerance included. */
  readonly tokenLife: number;
  /** Told what keeps this node from knowing all keys. Never of a secret. */
  readonly warn?: (facts: object, message: string) => void;
}

/** Milliseconds between two loads that somebody else's word asks for. */
const LOOK_EVERY = 1_000;

/** The signing keys as this node knows them. Verifying asks the ring alone; nothing of it does I/O. */
export class SigningKeys {
  readonly vault: KeyVault;
  readonly #options: SigningKeysOptions;
  #ring = new KeyRing([]);
  #version: string | undefined;
  #secret: string;
  #unusable: ReadonlyMap<string, KeyProblem> = new Map();
  #loading: Promise<void> | undefined;
  /** When the last load began that succeeded, monotonic milliseconds. */
  #loadedAt = -Infinity;
  readonly #listeners = new Set<() => void>();

  private constructor(options: SigningKeysOptions) {
    this.vault = options.vault;
    this.#options = options;
    this.#secret = options.vault.secret;
  }

  /**
   * Loads the keys of all nodes; the first node to ask makes the first one.
   * @throws StartupError when one of them cannot be used here.
   */
  static async open(options: SigningKeysOptions): Promise<SigningKeys> {
    const { database, store } = options;
    const keys = new SigningKeys(options);
    await database.transaction(async (trx) => {
      if ((await store.list(trx)).length === 0) await createFirst(trx, options);
    });
    await keys.reload();
    const [unusable] = keys.#unusable;
    if (unusable) throw unusableKey(...unusable);
    return keys;
  }

  /** All keys that this node knows. */
  get ring(): KeyRing {
    return this.#ring;
  }

  /** Which keys this node has loaded, as SigningKeyStore.VERSION_SQL says it. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Told whenever this node has loaded other keys than before. Answers how to stop listening. */
  onLoaded(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The accepted secret that the keys are sealed under, and that refresh tokens are made under. */
  get secret(): string {
    return this.#secret;
  }

  /**
   * Loads the key that the store has just named as the one to sign with, if it is news.
   * @throws PortcullisError STORE_UNAVAILABLE when it is not to be had; by then another one may sign.
   */
  async ensure(kid: string): Promise<void> {
    if (this.#ring.find(kid)) return;
    await this.reload();
    if (!this.#ring.find(kid)) throw storeUnavailable(new Error(`no signing key ${kid}`));
  }

  /**
   * Looks for a key that somebody names, unless it was not there within the last second: names that are
   * made up cost one statement a second, however many they are.
   * @throws PortcullisError STORE_UNAVAILABLE when nobody can tell.
   */
  async lookFor(kid: string): Promise<void> {
    const { clock } = this.#options;
    if (this.#ring.find(kid) || clock.monotonic() - this.#loadedAt < LOOK_EVERY) return;
    await this.reload();
  }

  /** Loads the keys in the background if this is not the version that is known. Never throws. */
  notice(version: string): void {
    if (version === this.#version || this.#loading) return;
    this.reload().catch((error: unknown) => {
      // The ring stays as it is, and so does the version: the next notice tries again.
      const why = error instanceof Error ? error.message : undefined;
      this.#options.warn?.({ why }, 'the signing keys could not be loaded');
    });
  }

  /** Loads the keys. All who ask while a load is under way share the one that begins after it. */
  async reload(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  /**
   * Adds a key that signs after `wait` milliseconds, sealed under the secret that the others are sealed
   * under, which nodes that have not heard of another one know. The table is locked.
   */
  async insert(trx: Executor, key: SigningKey, wait: number): Promise<void> {
    const { store, tokenLife } = this.#options;
    const [latest] = await store.load(trx, tokenLife);
    const opened = latest && this.vault.open(latest);
    if (opened?.problem !== undefined) throw unusableKey(latest?.kid ?? '', opened.problem);
    const sealed = this.vault.seal(key, opened?.secret ?? this.vault.secret);
    await store.insert(trx, sealed, { wait, tokenLife });
  }

  /** Deletes the keys of which no token is left that could be verified. Answers how many. */
  async forgetSpent(): Promise<number> {
    // The latest is never spent.
    if (this.#ring.size + this.#unusable.size < 2) return 0;
    const { database, store, audit } = this.#options;
    const kids = await database.transaction(async (trx) => {
      const spent = await store.deleteSpent(trx);
      for (const kid of spent) await audit.append(trx, { type: 'key.deleted', detail: kid });
      return spent;
    });
    if (kids.length > 0) await this.reload();
    return kids.length;
  }

  async #load(): Promise<void> {
    const { database, store, tokenLife, clock } = this.#options;
    const began = clock.monotonic();
    const rows = await database.read((db) => store.load(db, tokenLife));
    // Before any token of this node is signed with it: a key goes only after the last of its tokens.
    if (rows.some(({ fallsShort }) => fallsShort)) {
      await database.read((db) => store.lengthenLife(db, tokenLife));
    }
    const opened = this.vault.openAll(rows);
    // One that was opened before stays open, whatever it has been sealed under since.
    const keys = rows.map(({ kid }, index) => opened[index]?.key ?? this.#ring.find(kid));
    this.#ring = new KeyRing(keys.filter((key) => key !== undefined));
    this.#secret = opened.find(({ key }) => key)?.secret ?? this.#secret;
    this.#loadedAt = began;
    this.#report(
      rows.flatMap(({ kid }, index) => {
        const problem = opened[index]?.problem;
        return problem === undefined ? [] : [[kid, problem] as const];
      }),
    );
    if (this.#version === rows[0]?.version) return;
    this.#version = rows[0]?.version;
    for (const listener of this.#listeners) listener();
  }

  #report(unusable: readonly (readonly [kid: string, problem: KeyProblem])[]): void {
    for (const [kid, problem] of unusable) {
      if (this.#unusable.has(kid)) continue;
      this.#options.warn?.({ kid }, `a signing key ${problem}`);
    }
    this.#unusable = new Map(unusable);
  }
}

async function createFirst(
  trx: Executor,
  { store, audit, vault, tokenLife }: SigningKeysOptions,
): Promise<void> {
  await store.lock(trx);
  if ((await store.list(trx)).length > 0) return;
  const key = vault.seal(generateSigningKey(), vault.secret);
  await store.insert(trx, key, { wait: 0, tokenLife });
  await audit.append(trx, { type: 'key.created', detail: key.kid });
}

export function unusableKey(kid: string, problem: KeyProblem): StartupError {
  return new StartupError(
    problem === 'is sealed under a secret that is not known here'
      ? `Signing key ${kid} cannot be opened: PORTCULLIS_SECRET is not the one that it was made under.`
      : `Signing key ${kid} ${problem}.`,
  );
}
