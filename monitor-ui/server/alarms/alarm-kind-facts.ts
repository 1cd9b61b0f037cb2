import { alarmSeverities, type AlarmKind, type AlarmSeverity, type Role } from '@minhbach/shared/protocol';
import type { CameraFigures } from './alarm-fact.ts';

interface KindFacts {
  readonly severity: AlarmSeverity;
  /**
   * Who is told of it besides those who watch. A head hears of what does not work in the own office, and of nothing
   * that would tell somebody who tampers that it was noticed.
   */
  readonly alsoFor: readonly ('technician' | 'head')[];
}

const facts: Readonly<Record<AlarmKind, KindFacts>> = {
  'source-down': { severity: 'high', alsoFor: ['technician', 'head'] },
  'source-stalled': { severity: 'high', alsoFor: ['technician', 'head'] },
  'sound-missing': { severity: 'high', alsoFor: ['technician', 'head'] },
  'recorder-silent': { severity: 'high', alsoFor: ['technician', 'head'] },
  'recorder-identity-twice': { severity: 'critical', alsoFor: [] },
  'ledger-refused': { severity: 'critical', alsoFor: [] },
  'ledger-restarted': { severity: 'critical', alsoFor: [] },
  'head-overdue': { severity: 'high', alsoFor: [] },
  'footage-lost': { severity: 'critical', alsoFor: [] },
  'cameras-missing': { severity: 'medium', alsoFor: ['technician', 'head'] },
  'index-rebuilt': { severity: 'medium', alsoFor: ['technician'] },
  'footage-short': { severity: 'critical', alsoFor: [] },
  'quota-passed': { severity: 'low', alsoFor: [] },
  'holds-differ': { severity: 'critical', alsoFor: [] },
  'retention-failed': { severity: 'high', alsoFor: [] },
  'unexplained-gap': { severity: 'medium', alsoFor: ['technician', 'head'] },
  disk: { severity: 'high', alsoFor: ['technician', 'head'] },
  'spool-age': { severity: 'medium', alsoFor: ['technician'] },
  archive: { severity: 'medium', alsoFor: ['technician'] },
  clock: { severity: 'medium', alsoFor: ['technician'] },
  fsync: { severity: 'high', alsoFor: ['technician'] },
  'proof-failed': { severity: 'high', alsoFor: ['technician'] },
  // Who covers a lens, mutes a microphone or puts a loop on the line must not learn here that it was noticed, and he may
  // be the technician. What only breaks is for the technician to mend.
  'picture-frozen': { severity: 'high', alsoFor: [] },
  'picture-blank': { severity: 'high', alsoFor: [] },
  'picture-repeats': { severity: 'critical', alsoFor: [] },
  'sound-silent': { severity: 'high', alsoFor: [] },
  'sound-clipped': { severity: 'medium', alsoFor: ['technician'] },
  'sound-hum': { severity: 'medium', alsoFor: ['technician'] },
  // Who swaps a camera has the technician's password or the office's key.
  identity: { severity: 'critical', alsoFor: [] },
};

/** From this share of a unit's cameras on, what is missing is no longer a matter of single cameras. */
const shareMissing = { high: 0.1, critical: 0.5 };

export function severityOf(of: {
  readonly kind: AlarmKind;
  readonly cameras?: CameraFigures | undefined;
}): AlarmSeverity {
  const { severity } = facts[of.kind];
  if (of.cameras === undefined || of.cameras.declared === 0) return severity;
  const { declared, working } = of.cameras;
  const missing = (declared - working) / declared;
  if (missing >= shareMissing.critical) return worse(severity, 'critical');
  return missing >= shareMissing.high ? worse(severity, 'high') : severity;
}

/** The higher of two. */
export function worse(one: AlarmSeverity, other: AlarmSeverity): AlarmSeverity {
  return alarmSeverities.indexOf(one) >= alarmSeverities.indexOf(other) ? one : other;
}

/** Whether this role hears of alarms of this kind at all. */
export function isForRole(kind: AlarmKind, role: Role): boolean {
  if (role === 'technician' || role === 'head') return facts[kind].alsoFor.includes(role);
  return true;
}
