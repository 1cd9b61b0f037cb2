import type { Me } from '@minhbach/shared/protocol';

/** The pages of the header, in order, and which of them a role has. The server decides what each may really do. */
export const pages = [
  { path: '/wall', text: 'nav.wall', roles: ['monitor', 'investigator', 'supervisor'] },
  { path: '/playback', text: 'nav.playback', roles: ['monitor', 'investigator', 'supervisor'] },
  { path: '/incidents', text: 'nav.incidents', roles: ['monitor', 'investigator', 'supervisor', 'auditor'] },
  { path: '/cameras', text: 'nav.cameras', roles: ['technician', 'administrator', 'supervisor', 'head'] },
  { path: '/offices', text: 'nav.offices', roles: ['administrator', 'supervisor'] },
] as const;

export function pagesFor(me: Me): (typeof pages)[number][] {
  return pages.filter(({ roles }) => (roles as readonly string[]).includes(me.person.role));
}
