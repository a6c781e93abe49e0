'use client';

import { createContext, createElement, useCallback, useContext, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { AuthClient } from '../auth-client.js';
import type { AuthState } from '../types.js';

export interface AuthProviderProps {
  /** One for the whole page, made outside of the components. */
  readonly client: AuthClient;
  readonly children?: ReactNode;
}

export interface Auth {
  readonly client: AuthClient;
  /** `starting` on the server and while a page hydrates: what it was rendered with, it hydrates with. */
  readonly state: AuthState;
}

export interface AuthenticatedProps {
  readonly children?: ReactNode;
  /** For whoever is signed out or has not the scopes. Default: nothing. */
  readonly fallback?: ReactNode;
  /** While nobody knows yet whether somebody is signed in. Default: nothing. */
  readonly loading?: ReactNode;
  /** As of `@auth`: all of any of these. Default: none are needed. */
  readonly scopes?: readonly (readonly string[])[];
}

const STARTING: AuthState = { status: 'starting', user: null, session: null, reason: null };

const Context = createContext<AuthClient | null>(null);

/** Gives the client to all that is in it. */
export function AuthProvider(props: AuthProviderProps): ReactNode {
  return createElement(Context.Provider, { value: props.client }, props.children);
}

/** The client, and who is signed in: renders anew whenever that changes. @throws Error outside of `AuthProvider` */
export function useAuth(): Auth {
  const client = useContext(Context);
  if (!client) throw new Error('useAuth needs an <AuthProvider> around it.');
  const subscribe = useCallback((onChange: () => void) => client.subscribe(onChange), [client]);
  const state = useSyncExternalStore(
    subscribe,
    () => client.state,
    () => STARTING,
  );
  return { client, state };
}

/**
 * Shows its children to whoever is signed in. It keeps nothing secret: what is in a page's scripts anybody
 * can read, and the API alone decides who is given data.
 */
export function Authenticated(props: AuthenticatedProps): ReactNode {
  const { children, fallback = null, loading = null, scopes } = props;
  const { status, user } = useAuth().state;
  if (status === 'starting') return loading;
  const isEnough = (all: readonly string[]) => all.every((scope) => user?.scopes.includes(scope));
  return user && (!scopes?.length || scopes.some(isEnough)) ? children : fallback;
}
