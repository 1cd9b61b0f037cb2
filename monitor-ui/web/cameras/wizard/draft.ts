import type { SourceKind } from '@minhbach/shared/protocol';
import { useSyncExternalStore } from 'react';

/** What has been typed so far. It outlives the page being left; the password alone does not outlive a reload. */
export interface Draft {
  readonly address: string;
  readonly deviceName: string;
  readonly username: string;
  readonly profile: string;
  readonly kind: SourceKind;
  readonly counterId: string;
  readonly name: string;
}
const storageKey = 'minh-bach.device-draft';
const empty: Draft = {
  address: '',
  deviceName: '',
  username: '',
  profile: '',
  kind: 'camera',
  counterId: '',
  name: '',
};

let draft: Draft = { ...empty, ...stored() };
/** In memory only; `undefined` until the person has said it, be it empty. */
let password: string | undefined;
const listeners = new Set<() => void>();

function stored(): Partial<Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Partial<Draft>;
  } catch {
    return {};
  }
}
function put(next: Draft): void {
  draft = next;
  sessionStorage.setItem(storageKey, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export const changeDraft = (change: Partial<Draft>): void => put({ ...draft, ...change });
export const typedPassword = (): string | undefined => password;
export const keepPassword = (value: string): void => {
  password = value;
};
/** For the next device: the login often stays the same, all else does not. */
export const forgetDevice = (): void => put({ ...empty, username: draft.username });

export function useDraft(): Draft {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => draft,
  );
}
