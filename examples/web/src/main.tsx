import { ApolloProvider } from '@apollo/client/react';
import { AuthProvider } from 'portcullis/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { apollo, auth } from './auth.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <AuthProvider client={auth}>
      <ApolloProvider client={apollo}>
        <App />
      </ApolloProvider>
    </AuthProvider>
  </StrictMode>,
);
