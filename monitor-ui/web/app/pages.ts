import type { Me } from '@minhbach/shared/protocol';

/** The pages of the header, in order, each with the rows of the role table of which one is enough to be shown it. */
export const pages = [
  { path: '/wall', text: 'nav.wall', actions: ['live.watch'] },
  { path: '/playback', text: 'nav.playback', actions: ['playback.grant'] },
  { path: '/incidents', text: 'nav.incidents', actions: ['incidents.read'] },
  {
    path: '/complaints',
    text: 'nav.complaints',
    actions: ['complaints.take', 'complaints.read', 'complaints.count'],
  },
  { path: '/cases', text: 'nav.cases', actions: ['cases.read'] },
  { path: '/alarms', text: 'nav.alarms', actions: ['alarms.read'] },
  { path: '/approvals', text: 'nav.approvals', actions: ['approvals.read'] },
  { path: '/exports', text: 'nav.exports', actions: ['exports.read'] },
  { path: '/proof', text: 'nav.proof', actions: ['ledgers.read'] },
  { path: '/cameras', text: 'nav.cameras', actions: ['sources.register', 'health.read'] },
  {
    path: '/offices',
    text: 'nav.offices',
    actions: ['people.read', 'sites.manage', 'duty.change', 'completeness.read'],
  },
] as const;

export function pagesFor(me: Me): (typeof pages)[number][] {
  return pages.filter((page) => page.actions.some((action) => me.actions.includes(action)));
}
