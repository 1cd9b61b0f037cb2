import type { Aim, Source, SourceStatus } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { AuditLog } from '../audit/index.ts';
import type { RecorderReport, UplinkListener } from '../uplink/index.ts';
import type { Recorders } from './recorders.ts';
import type { KnownSource, Sources } from './sources.ts';

/** What pages are told at once when the fleet changes. */
export interface FleetAnnouncements {
  sourceState(source: Source): void;
  recorderState(recorder: { readonly id: RecorderId; readonly online: boolean }): void;
  aimStarted(aim: Aim & { readonly by: string }): void;
}

/** Takes what recorders say of themselves and of their sources, and tells the pages. */
export class RecorderNews implements Omit<
  UplinkListener,
  'openSegmentsKnown' | 'faultsKnown' | 'entriesStored'
> {
  readonly #recorders: Recorders;
  readonly #sources: Sources;
  readonly #heard: Set<RecorderId>;
  readonly #audit: AuditLog;
  readonly #announce: () => FleetAnnouncements;

  constructor(parts: {
    readonly recorders: Recorders;
    readonly sources: Sources;
    /** Recorders that are connected and have told of their sources; kept here, read by `Sources`. */
    readonly heard: Set<RecorderId>;
    readonly audit: AuditLog;
    readonly announce: () => FleetAnnouncements;
  }) {
    this.#recorders = parts.recorders;
    this.#sources = parts.sources;
    this.#heard = parts.heard;
    this.#audit = parts.audit;
    this.#announce = parts.announce;
  }

  recorderOnline(recorderId: RecorderId): void {
    this.#recorders.noteSeen(recorderId);
    this.#announce().recorderState({ id: recorderId, online: true });
  }

  recorderOffline(recorderId: RecorderId): void {
    this.#heard.delete(recorderId);
    this.#recorders.noteGone(recorderId);
    this.#announce().recorderState({ id: recorderId, online: false });
    this.#tell(this.#sources.ofRecorder(recorderId));
  }

  sourcesKnown(recorderId: RecorderId, statuses: readonly SourceStatus[]): void {
    this.#recorders.noteSeen(recorderId);
    for (const status of statuses) this.#sources.take(recorderId, status);
    this.#heard.add(recorderId);
    this.#tell(this.#sources.ofRecorder(recorderId));
  }

  sourceChanged(recorderId: RecorderId, status: SourceStatus): void {
    this.#recorders.noteSeen(recorderId);
    const changed = this.#sources.take(recorderId, status);
    if (changed) this.#tell([changed]);
  }

  statusReported(recorderId: RecorderId, report: RecorderReport): void {
    this.#recorders.noteSeen(recorderId, report);
  }

  identityUsedTwice(recorderId: RecorderId, remoteAddress: string): void {
    this.#audit.append({
      kind: 'recorder-identity-twice',
      subject: { recorderId },
      shielded: { address: remoteAddress },
    });
  }

  recorderMisbehaved(recorderId: RecorderId, sentence: string): void {
    this.#audit.append({ kind: 'recorder-misbehaved', subject: { recorderId }, shielded: { sentence } });
  }

  #tell(sources: readonly KnownSource[]): void {
    const announcements = this.#announce();
    for (const source of sources) {
      if (source.retiredAt === undefined) announcements.sourceState(this.#sources.shown(source));
    }
  }
}
