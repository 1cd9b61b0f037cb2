export type { ArchiveFinding, ArchiveSummary } from './archive-finding.ts';
export { checkArchive } from './check-archive.ts';
export { checkExtends, type ExtendsAnswer } from './check-extends.ts';
export { openedArchive, UnusableArchive } from './opened-archive.ts';
