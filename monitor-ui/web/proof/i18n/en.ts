import type { vi } from './vi.ts';

export const en: Readonly<Record<keyof typeof vi, string>> = {
  title: 'Proof',
  lead: 'What can be proven, who signed it, and what cannot.',
  'ledgers.title': 'Ledgers',
  'ledgers.lead':
    'Each recorder keeps a ledger of what was captured; this monitor keeps one of what people did. Heads are signed about once a minute.',
  'ledger.monitor': 'This monitor',
  'ledger.entries': 'Entries',
  'ledger.covered': 'Under a head',
  'ledger.signed-at': 'Signed at',
  'ledger.signed-by': 'Signed by',
  'ledger.root': 'Root',
  'ledger.generation': 'generation {{generation}}',
  'ledger.no-head': 'No head has been signed yet',
  'ledger.download': 'Download the signed head',
  'ledger.self-only': 'No other witness has signed yet',
  'sweeps.title': 'Random checks',
  'sweeps.lead':
    'Segments are drawn so that anybody can draw them again, then fetched, hashed and decoded. Each draw is an entry of the ledger.',
  'sweeps.empty': 'No check has been made yet',
  'sweeps.rate': '{{passed}} of {{checked}} segments checked passed ({{percent}} %)',
  'sweep.passed': '{{count}} passed',
  'sweep.failed': '{{count}} failed',
  'sweep.unavailable': '{{count}} could not be fetched',
  'sweep.running': 'running',
  'limits.title': 'Limits',
  'limits.cable': 'What happens on the cable between camera and recorder is not seen.',
  'limits.window':
    'For about a minute, until a witness has signed the head, somebody with full rights on the recorder can still change things.',
  'limits.store': 'A lock of the S3 store binds S3 clients, not who administers the storage host.',
  'limits.own': 'This monitor signs its own ledger; keep its heads elsewhere to hold it to them.',
  'limits.explained': 'Explaining missing time never turns it into footage.',
  'verify.title': 'Verify an evidence package',
  'verify.lead': 'Checked in this browser; the package is sent nowhere.',
};
