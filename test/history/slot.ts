import type { Complaint } from './history.js';
import { spawnServer } from '../support/process.js';
import type { ServerProcess } from '../support/process.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';

export interface SlotOptions {
  readonly index: number;
  readonly databaseUrl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly bin: string;
}

/** What no log of a node may hold. */
const CRASH = /Unhandled|^ {4}at |"level":[56]0/m;

/** The place of one node, which may die and be started again. */
export class Slot {
  readonly index: number;
  readonly proxy: Proxy;
  readonly #options: SlotOptions;
  #complain: (complaint: Omit<Complaint, 'at'>) => void = () => undefined;
  #process: ServerProcess | undefined;
  #life = 0;
  /** One thing at a time is done to a node. */
  #busy = false;

  private constructor(options: SlotOptions, proxy: Proxy) {
    this.index = options.index;
    this.proxy = proxy;
    this.#options = options;
  }

  static async create(options: SlotOptions): Promise<Slot> {
    return new Slot(options, await startProxy(options.databaseUrl));
  }

  /** Where it answers; undefined while it is down. */
  get address(): { readonly url: string; readonly life: number } | undefined {
    return this.#process && { url: this.#process.url, life: this.#life };
  }

  /** Told what the node says or does that it should not. */
  onComplaint(listener: (complaint: Omit<Complaint, 'at'>) => void): void {
    this.#complain = listener;
  }

  async start(): Promise<void> {
    const { env, bin, index: node } = this.#options;
    const server = await spawnServer(this.proxy.url, { ...env }, { bin });
    this.#process = server;
    this.#life += 1;
    server.child.once('exit', (code, signal) => {
      const [bad] = server
        .output()
        .split('\n')
        .filter((line) => CRASH.test(line));
      if (bad !== undefined) this.#complain({ node, what: bad });
      if (this.#process !== server) return;
      this.#process = undefined;
      const how = String(code ?? signal);
      this.#complain({ node, what: `exited by itself with ${how}: ${server.output()}` });
    });
  }

  /** Ends the process; it is no longer asked from now on. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    await server?.stop(signal);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.child.kill(signal);
  }

  /** Does it unless something else is being done. Answers whether it did. */
  async exclusively(work: () => Promise<void>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
    }
    return true;
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    this.proxy.heal();
    await this.end('SIGTERM');
    await this.proxy.stop();
  }
}
