import type { TokenStorage } from './types.js';

/** For as long as this page, or program, lives. No other tab sees it. */
export function memoryStorage(): TokenStorage {
  const entries = new Map<string, string>();
  return {
    shared: false,
    get: (key) => entries.get(key),
    set: (key, value) => entries.set(key, value),
    remove: (key) => entries.delete(key),
  };
}

interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * `localStorage`, which all tabs share, or `sessionStorage`, which each has for itself. Every script of the
 * page can read it: prefer `transport: 'cookie'`. Where a browser allows none, memory takes its place.
 */
export function webStorage(which: 'local' | 'session' = 'local'): TokenStorage {
  try {
    const storage = (globalThis as unknown as { localStorage: WebStorage })[
      `${which}Storage` as 'localStorage'
    ];
    storage.getItem('');
    return {
      shared: which === 'local',
      get: (key) => storage.getItem(key),
      set: (key, value) => storage.setItem(key, value),
      remove: (key) => storage.removeItem(key),
    };
  } catch {
    return memoryStorage();
  }
}
