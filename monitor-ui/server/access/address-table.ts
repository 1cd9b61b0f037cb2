import type { PageToServer, ServerToPage } from '@minhbach/shared/protocol';
import { requireMay, type Actor } from './actor.ts';
import type { Action } from './role-table.ts';

/**
 * What can be reached besides the API's routes, which name their rows of the role table themselves. What has no row here
 * does not compile, or fails the test that walks everything a monitor answers.
 */

/** What a page may say by Socket.IO, and what its person needs for it. */
export const eventTable = {
  bookmark: 'incidents.create',
  catchUp: 'incidents.read',
  catchUpAlarms: 'alarms.read',
} as const satisfies Record<keyof PageToServer, Action>;
export type PageEvent = keyof typeof eventTable;
export const pageEvents = Object.keys(eventTable) as readonly PageEvent[];

/** What pages are told by Socket.IO, and what their person needs to be told. */
export const tellTable = {
  incident: 'incidents.read',
  alarm: 'alarms.read',
  sourceState: 'sources.read',
  recorderState: 'recorders.read',
  aimStarted: 'live.watch',
} as const satisfies Record<Exclude<keyof ServerToPage, 'sessionChanged'>, Action>;
export type ToldEvent = keyof typeof tellTable;

interface UpgradeRow {
  /** `browser`: only with our own Origin. `machine`: recorders, which have none. */
  readonly from: 'browser' | 'machine';
  /** Actions of which one is needed, anybody signed in, or a recorder that proves its enrolled key. */
  readonly to: readonly Action[] | 'signed-in' | 'recorder-key';
}

/** Paths that take an upgrade: exact, or everything below when they end in `/`. */
export const upgradeTable = {
  /** One is enough to be answered; which of them is asked for each source. */
  '/live': { from: 'browser', to: ['live.watch', 'live.listen', 'sources.aim'] },
  /** Each event then asks for its own row. */
  '/socket.io/': { from: 'browser', to: 'signed-in' },
  '/uplink': { from: 'machine', to: 'recorder-key' },
  '/uplink/media': { from: 'machine', to: 'recorder-key' },
} as const satisfies Record<string, UpgradeRow>;
export type UpgradePath = keyof typeof upgradeTable;

/** What else is mounted: for anybody, or for who knows a secret that stands for itself; a session makes no difference. */
export const addressTable = {
  'get /healthz': 'public',
  'get /readyz': 'public',
  'get /metrics': 'token',
  'get /api/v1/openapi.json': 'public',
  'get /api/v1/docs': 'public',
  'use /api/v1/docs': 'public',
  'get /p/': 'public',
  'post /p/': 'public',
  'get /p/c/:id': 'public',
  'post /p/c/:id': 'public',
  'get /p/follow': 'public',
  'post /p/follow': 'public',
  'get /d/:token': 'token',
} as const satisfies Record<string, 'public' | 'token'>;

/** Throws the 403 unless the person has the action of this event. */
export function requireEvent(actor: Actor, event: PageEvent): void {
  requireMay(actor, eventTable[event]);
}
