import { onStage } from './story.js';
import { startOwnServers } from './own-servers.js';
import type { Stage } from './stage.js';
import { Teller } from './teller.js';
import type { Output } from './teller.js';
import { TourError } from './tour-error.js';

export { TourError };

/** Of a running server and an admin of it; without `url` the tour starts servers of its own. */
export interface TourOptions {
  readonly url?: string | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Walks the whole story over HTTP and tells each step with its request, answer and time.
 * @throws TourError at the first answer that is otherwise than told.
 */
export async function tour(options: TourOptions, output: Output = process.stdout): Promise<void> {
  const teller = new Teller(output);
  const running = runningServer(options);
  if (running) return interruptible((signal) => onStage(running, teller, signal));
  await interruptible(async (signal) => {
    teller.chapter('Two nodes on an empty database');
    const servers = await startOwnServers((line) => teller.note(line));
    try {
      await onStage(servers, teller, signal);
    } finally {
      await servers.stop();
    }
  });
}

function runningServer({ url, email, password }: TourOptions): Stage | undefined {
  if (url === undefined) {
    if (email === undefined && password === undefined) return undefined;
    throw new TourError('--email and --password are those of a server that --url names.');
  }
  if (email === undefined || password === undefined) {
    throw new TourError('A running server needs --email and --password of one of its admins.');
  }
  if (!/^https?:\/\//.test(url)) throw new TourError('--url must be such as http://127.0.0.1:4000');
  return { url: url.replace(/\/+(graphql\/*)?$/, ''), admin: { email, password } };
}

/** Ctrl-C ends the tour at once, and yet in order: what it has started is stopped and removed. */
async function interruptible(walk: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort(new TourError('The tour was interrupted.'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await walk(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
