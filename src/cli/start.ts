import type { Command } from 'commander';
import type { Config } from '../config/index.js';
import type { Node, RunningServer } from '../server/index.js';
import { examples } from './cli.js';
import type { Cli } from './cli.js';
import { onStopSignal } from './stop-signals.js';

/** A step of the start-up, for people; in production the log says what there is to say. */
type Say = (line: string) => void;

export function startCommand(program: Command, cli: Cli): void {
  program
    .command('start')
    .description('start the server; SIGINT or SIGTERM stops it in order')
    .addHelpText('after', examples('start'))
    .action(async () => start(await cli.config()));
}

/** Starts the server and settles when a signal has stopped it. */
async function start(config: Config): Promise<void> {
  const { createLog, startServer } = await import('../server/index.js');
  const log = createLog(config.logLevel);
  const say: Say = config.production
    ? (line) => log.info(line)
    : (line) => process.stdout.write(`${line}\n`);
  const stopRequested = new Promise<void>((resolve) => {
    onStopSignal((signal) => {
      say(`${signal}: stopping`);
      resolve();
    });
  });
  const server = await startServer({ config, log, onStep: say });
  const stopped = stopRequested.then(() => server.stop());
  try {
    // Not `stopped`: told to stop while it waits for its database, a server is never ready.
    const node = await Promise.race([server.ready, stopRequested]);
    if (node) announce(node, server, config, say);
  } catch (error) {
    await server.stop();
    throw error;
  }
  await stopped;
  say('Stopped.');
}

function announce(node: Node, server: RunningServer, config: Config, say: Say): void {
  const { url, metricsUrl } = server;
  if (node.adminCreated) say(`Accounts: created the admin ${config.admin?.email ?? ''}`);
  for (const { email, password, scopes } of node.demo) {
    say(`Demo ${scopes.includes('admin') ? 'admin' : 'user '}: ${email}  password: ${password}`);
  }
  say('');
  say(`GraphQL  ${url}/graphql`);
  say(`Health   ${url}/healthz  ${url}/readyz`);
  say(`Keys     ${url}/.well-known/jwks.json`);
  if (metricsUrl !== undefined) say(`Metrics  ${metricsUrl}`);
  say('Ready.');
}
