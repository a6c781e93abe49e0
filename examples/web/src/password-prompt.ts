import { useSyncExternalStore } from 'react';
import type { ReauthenticationRequest } from 'portcullis/client';

/** Somebody waits for the password. */
export interface Prompt {
  /** Why the last one would not do. */
  readonly problem: string | undefined;
  /** @param password null: the user would not */
  readonly answer: (password: string | null) => void;
}

let prompt: Prompt | null = null;
let changed = () => {};

function show(next: Prompt | null): void {
  prompt = next;
  changed();
}

export function askForPassword({ error }: ReauthenticationRequest): Promise<string | null> {
  return new Promise((resolve) => {
    const answer = (password: string | null) => {
      show(null);
      resolve(password);
    };
    show({ problem: error?.message, answer });
  });
}

const subscribe = (onChange: () => void) => {
  changed = onChange;
  return () => {
    changed = () => {};
  };
};

export const usePrompt = () => useSyncExternalStore(subscribe, () => prompt);
