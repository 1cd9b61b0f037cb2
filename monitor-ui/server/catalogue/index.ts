export { Catalogue, type FootagePlace } from './catalogue.ts';
export { catalogueSchema } from './catalogue-schema.ts';
export { EntryBundler } from './entry-bundler.ts';
export { FleetSources, type FleetSourceTable } from './fleet-sources.ts';
export { jointMs, type FootagePiece, type KnownGap } from './footage-piece.ts';
export type { KnownSource, RecorderPresence, SourceBook, SourceCondition } from './known-source.ts';
export { segmentCuts } from './segment-cuts.ts';
export { isRebuildUnfinished, rebuildCatalogue, type RebuildSummary } from './rebuild/rebuild-catalogue.ts';
export { catalogueRoutes } from './timeline-route.ts';
