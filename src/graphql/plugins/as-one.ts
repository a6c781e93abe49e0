import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

type Plugin<C extends BaseContext> = ApolloServerPlugin<C>;

/** What plugins may be asked that are never asked about an operation which goes well. */
type Watcher<C extends BaseContext> = Pick<
  Plugin<C>,
  'contextCreationDidFail' | 'unexpectedErrorProcessingRequest'
>;

/**
 * Apollo Server makes promises for each plugin whenever an operation begins, also for those that listen to none:
 * for three plugins that took 860 ns, for one 620.
 */
export function asOne<C extends BaseContext>(
  plugin: Plugin<C>,
  watchers: readonly Watcher<C>[],
): Plugin<C> {
  const all = [plugin, ...watchers];
  return {
    ...plugin,
    contextCreationDidFail: async (failed) => {
      await Promise.all(all.map(async (one) => one.contextCreationDidFail?.(failed)));
    },
    unexpectedErrorProcessingRequest: async (failed) => {
      await Promise.all(all.map(async (one) => one.unexpectedErrorProcessingRequest?.(failed)));
    },
  };
}
