import type { SourceKind } from '@minhbach/shared/protocol';
import type { CounterId, IncidentId, PersonId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Actor, SignedIn, Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Catalogue, FootagePiece, FootagePlace, KnownSource, SourceBook } from '../catalogue/index.ts';
import { notFound } from '../problem/index.ts';
import type { FetchedFootage } from './fetched-footage.ts';
import type { FootageBytes } from './footage-bytes.ts';
import type { SpanWanted } from './grant-rules.ts';
import type { Grant, Grants } from './grants.ts';
import type { Thumbnails } from './thumbnails.ts';
import type { WorkingCopies } from './working-copies.ts';

/** Answered by the room of cases: the person works on the case, it is open, and it is about that. */
export type CaseCovers = (
  actor: Actor,
  caseId: string,
  counterId: CounterId,
  from: UtcMs,
  to: UtcMs,
) => boolean;

export interface PlaybackParts {
  readonly grants: Grants;
  readonly catalogue: Pick<Catalogue, 'footageIn' | 'place' | 'keyframesIn'>;
  readonly sources: SourceBook;
  readonly sight: Sight;
  readonly audit: Pick<AuditLog, 'append'>;
  /** The incident's counter and span, if this person made it. */
  readonly ownIncident: (
    incidentId: IncidentId,
    personId: PersonId,
  ) => (SpanWanted & { readonly counterId: string }) | undefined;
  /** Whether this person may look at this footage for this case. */
  readonly caseCovers: CaseCovers;
  readonly transaction: <Result>(work: () => Result) => Result;
  /** Told of all footage before it is given out. */
  readonly fetched: FetchedFootage;
  readonly bytes: FootageBytes;
  readonly thumbnails: Thumbnails;
  readonly copies: WorkingCopies;
}

/** The grant, if it is this person's and its counter is still within sight. */
export function requireGrant(parts: PlaybackParts, actor: SignedIn, grantId: string): Grant {
  const grant = parts.grants.require(actor, grantId);
  parts.sight.requireCounter(actor, grant.counterId);
  return grant;
}

/** Sources of the grant's counter that lived within its span, cameras first. */
export function sourcesOf(parts: PlaybackParts, grant: Grant): KnownSource[] {
  const order: Record<SourceKind, number> = { camera: 0, microphone: 1 };
  return parts.sources
    .sourcesOf(grant.counterId)
    .filter((source) => source.retiredAt === undefined || source.retiredAt > grant.from)
    .toSorted((a, b) => order[a.kind] - order[b.kind]);
}

export function requireSource(parts: PlaybackParts, grant: Grant, sourceId: string): KnownSource {
  const source = parts.sources.findSource(sourceId);
  if (source === undefined || source.counterId !== grant.counterId) throw notFound('source');
  return source;
}

export function piecesOf(parts: PlaybackParts, grant: Grant, source: KnownSource): FootagePiece[] {
  return parts.catalogue.footageIn(source.id, grant.from, grant.to);
}

/** Where a segment is, if it is footage of this source and lies (in part) within the grant. */
export function requirePlace(
  parts: PlaybackParts,
  grant: Grant,
  source: KnownSource,
  segmentId: FootagePiece['segmentId'],
): FootagePlace {
  const place = parts.catalogue.place(segmentId);
  const piece = place?.piece;
  if (
    !place ||
    piece?.sourceId !== source.id ||
    piece.startUtcMs >= grant.to ||
    piece.endUtcMs <= grant.from
  ) {
    throw notFound('footage');
  }
  return place;
}
