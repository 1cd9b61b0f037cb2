import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import type { PersonId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Sessions, Sight } from './access/index.ts';
import type { AuditLog } from './audit/index.ts';
import {
  Catalogue,
  catalogueRoutes,
  FleetSources,
  Timelines,
  type FleetSourceTable,
  type TimelinesParts,
} from './catalogue/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { Route, UpgradeRoute } from './http/index.ts';
import { LiveRelays, liveUpgrade } from './live/index.ts';
import {
  ArchivedThumbnails,
  FetchedFootage,
  FootageBytes,
  Grants,
  mediaRoutes,
  playbackRoutes,
  Thumbnails,
  WorkingCopies,
  type PlaybackParts,
} from './playback/index.ts';
import { ObjectProver } from './proving/index.ts';
import {
  RecorderLinks,
  type RecorderLinksParts,
  uplinkUpgrades,
  type EnrolmentBook,
  type HeadIntake,
  type MonitorIdentity,
  type UplinkListener,
} from './uplink/index.ts';

export interface MediaWiring {
  readonly database: MonitorDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly sessions: Sessions;
  readonly identity: MonitorIdentity;
  readonly book: EnrolmentBook;
  /** What recorders say, for the fleet. Called late: the fleet needs the links, the links need the fleet. */
  readonly news: () => Omit<UplinkListener, 'openSegmentsKnown'>;
  readonly sources: FleetSourceTable;
  readonly heads: HeadIntake;
  /** Called late, as `news`. */
  readonly counterDays: NonNullable<RecorderLinksParts['counterDays']>;
  readonly aimUntil: (personId: PersonId, sourceId: SourceId) => UtcMs | undefined;
  readonly ownIncident: PlaybackParts['ownIncident'];
  readonly caseCovers: PlaybackParts['caseCovers'];
  /** Footage that is proven to be there is read from it; without it, only from recorders. */
  readonly archive: ObjectStore | undefined;
  /** Working copies lie here; they may be deleted at any time. */
  readonly dataDirectory: string;
  readonly explain: TimelinesParts['explain'];
}

/** Uplink, catalogue, live and playback, wired to each other. */
export interface MediaRooms {
  readonly links: RecorderLinks;
  readonly catalogue: Catalogue;
  /** Its `announce` must be called for each source the fleet announces. */
  readonly sources: FleetSources;
  readonly bytes: FootageBytes;
  /** What became of each source of a counter, retired ones too, with what is explained called so. */
  readonly timelines: Timelines['of'];
  readonly routes: readonly Route[];
  readonly upgrades: readonly UpgradeRoute[];
  /** Ends what runs; the server must not take new connections any more. */
  close(): Promise<void>;
}

export function wireMedia(of: MediaWiring): MediaRooms {
  const { clock, audit, sight, sessions } = of;
  const catalogue = new Catalogue(of.database);
  const sources = new FleetSources(of.sources);
  const links = new RecorderLinks({
    identity: of.identity,
    book: of.book,
    clock,
    intake: catalogue.entries,
    heads: of.heads,
    counterDays: of.counterDays,
    proofs: new ObjectProver({ archive: of.archive, identity: of.identity, clock }),
    listener: {
      recorderOnline: (...said) => of.news().recorderOnline(...said),
      recorderOffline: (...said) => of.news().recorderOffline(...said),
      sourcesKnown: (...said) => of.news().sourcesKnown(...said),
      sourceChanged: (...said) => of.news().sourceChanged(...said),
      statusReported: (...said) => of.news().statusReported(...said),
      faultsKnown: (...said) => of.news().faultsKnown(...said),
      entriesStored: (...said) => of.news().entriesStored(...said),
      identityUsedTwice: (...said) => of.news().identityUsedTwice(...said),
      recorderMisbehaved: (...said) => of.news().recorderMisbehaved(...said),
      openSegmentsKnown: (recorderId, segments, at) => catalogue.noteOpenSegments(recorderId, segments, at),
    },
  });
  const timelines = new Timelines({ catalogue, sources, recorders: links, explain: of.explain });
  const relays = new LiveRelays(links, clock);
  const bytes = new FootageBytes(of.archive, links);
  const copies = new WorkingCopies(bytes, { directory: join(of.dataDirectory, 'working-copies') });
  const transaction: PlaybackParts['transaction'] = (work) => of.database.transaction(work);
  const fetched = new FetchedFootage({ audit, transaction });
  const playback: PlaybackParts = {
    grants: new Grants(of.database, clock),
    catalogue,
    sources,
    sight,
    audit,
    ownIncident: of.ownIncident,
    caseCovers: of.caseCovers,
    transaction,
    fetched,
    bytes,
    thumbnails: new Thumbnails(bytes, new ArchivedThumbnails(of.archive)),
    copies,
  };
  const live = liveUpgrade({ relays, sources, audit, clock, sessions, sight, aimUntil: of.aimUntil });
  return {
    links,
    catalogue,
    sources,
    bytes,
    timelines: (...span) => timelines.of(...span),
    routes: [...catalogueRoutes(timelines, sight), ...playbackRoutes(playback), ...mediaRoutes(playback)],
    upgrades: [...uplinkUpgrades(links), live],
    close: async () => {
      await live.close();
      relays.close();
      await links.close();
      await copies.close();
      fetched.close();
    },
  };
}
