import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { createAuthClient } from 'portcullis/client';
import { askForPassword } from './password-prompt.js';

export const auth = createAuthClient({
  endpoint: '/graphql',
  transport: 'cookie',
  live: true,
  onReauthenticate: askForPassword,
});

export const apollo = new ApolloClient({
  link: new HttpLink({ uri: '/graphql', fetch: auth.fetch }),
  cache: new InMemoryCache(),
});

// What was read for somebody who is gone is not for whoever comes next.
auth.subscribe(({ state }) => {
  if (state.status === 'signed-out') void apollo.clearStore();
});
