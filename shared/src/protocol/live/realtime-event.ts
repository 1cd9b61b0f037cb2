import type { Alarm } from '../http/alarm.ts';
import type { Aim } from '../http/fleet.ts';
import type { Source } from '../http/fleet.ts';
import type { Incident, IncidentInput } from '../http/incident.ts';
import type { Problem } from '../http/problem.ts';

/** Socket.IO events of the default namespace. Delivery is at most once: incidents catch up by `seq`. */
export interface ServerToPage {
  incident: (incident: Incident) => void;
  /** Raised or changed in any way; catches up by `seq` like incidents. */
  alarm: (alarm: Alarm) => void;
  sourceState: (source: Source) => void;
  recorderState: (recorder: { readonly id: string; readonly online: boolean }) => void;
  /** A technician is looking through this camera until then. */
  aimStarted: (aim: Aim & { readonly by: string }) => void;
  /** The session ended or its rights changed; the page signs out or reloads `me`. */
  sessionChanged: () => void;
}

export interface PageToServer {
  bookmark: (
    input: IncidentInput,
    answer: (
      result:
        | { readonly ok: true; readonly incident: Incident }
        | { readonly ok: false; readonly problem: Problem },
    ) => void,
  ) => void;
  /** Answers incidents with `seq` above the one given, oldest first, at most 500. */
  catchUp: (
    after: { readonly afterSeq: number },
    answer: (result: { readonly incidents: readonly Incident[] } | { readonly problem: Problem }) => void,
  ) => void;
  /** Answers alarms with `seq` above the one given, oldest change first, at most 500. */
  catchUpAlarms: (
    after: { readonly afterSeq: number },
    answer: (result: { readonly alarms: readonly Alarm[] } | { readonly problem: Problem }) => void,
  ) => void;
}
