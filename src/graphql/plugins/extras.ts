import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context.js';

/** Where those who do not read extensions find the renewed token. */
export const RENEWED_TOKEN_HEADER = 'x-portcullis-access-token';

/** Writes what an answer carries beside its data, as `extensions.portcullis`. */
export const writeExtras: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response, contextValue: { extras } }) => {
        const { body, http } = response;
        if (body.kind !== 'single' || Object.keys(extras).length === 0) return Promise.resolve();
        const { extensions } = body.singleResult;
        body.singleResult.extensions = { ...extensions, portcullis: extras };
        if (extras.accessToken) http.headers.set(RENEWED_TOKEN_HEADER, extras.accessToken);
        return Promise.resolve();
      },
    }),
};
