import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

type Plugin<C extends BaseContext> = ApolloServerPlugin<C>;

/** What plugins may be asked that are never asked about an operation which goes well. */
type Watcher<C extends BaseContext> = Pick<
  Plugin<C>,
  'contextCreationDidFail' | 'unexpectedErrorProcessingRequest'
>;

/**
 * Apollo Server makes promises for each plugin whenever an operation begins, of those too that listen to none:
 * for four of them they were half as dear as the gate.
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
