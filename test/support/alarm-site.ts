import type {
  Alarm,
  RecorderEntry,
  RecorderFault,
  SourceState,
  SourceStatus,
} from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  deviceIdSchema,
  newId,
  sourceIdSchema,
  utcMs,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import type { ScriptedRecorder } from './scripted-recorder.ts';
import type { Caller } from './signed-in.ts';
import { until } from './until.ts';

/** A recorder with sources, saying of them what a test tells it to. */
export class AlarmSite {
  readonly recorder: ScriptedRecorder;
  readonly sources = new Map<SourceId, SourceStatus>();
  #seq = 0;

  constructor(recorder: ScriptedRecorder) {
    this.recorder = recorder;
  }

  addSource(counterId: string, kind: 'camera' | 'microphone' = 'camera'): SourceId {
    const sourceId = newId(sourceIdSchema);
    const now = utcMs(Date.now());
    this.sources.set(sourceId, {
      sourceId,
      deviceId: newId(deviceIdSchema),
      counterId: counterIdSchema.parse(counterId),
      kind,
      name: `${kind} ${this.sources.size}`,
      state: 'recording',
      since: now,
      registeredAt: now,
      hasSubStream: false,
    });
    return sourceId;
  }

  saySources(): void {
    this.recorder.say({ type: 'sources', sources: [...this.sources.values()] });
  }

  say(sourceId: SourceId, state: SourceState, cause?: SourceStatus['cause']): void {
    const { cause: before, ...source } = this.sources.get(sourceId) ?? fail();
    void before;
    const changed = { ...source, state, since: utcMs(Date.now()), ...(cause === undefined ? {} : { cause }) };
    this.sources.set(sourceId, changed);
    this.recorder.say({ type: 'source-state', source: changed });
  }

  sayFaults(...kinds: RecorderFault['kind'][]): void {
    const faults = kinds.map((kind) => ({ kind, since: utcMs(Date.now()), evidence: `${kind} seen` }));
    this.recorder.say({ type: 'faults', faults });
  }

  /** Resolves once they are stored. */
  async state(...entries: object[]): Promise<void> {
    const placed = entries.map(
      (entry) => ({ seq: this.#seq++, at: utcMs(Date.now()), ...entry }) as RecorderEntry,
    );
    const nextSeq = this.#seq;
    this.recorder.say({ type: 'entries', generation: 0, entries: placed });
    await this.recorder.next('entries-stored', (stored) => stored.nextSeq >= nextSeq);
  }
}

function fail(): never {
  throw new Error('no such source');
}

export async function openAlarms(person: Caller, filter = ''): Promise<Alarm[]> {
  const { body } = await person.call('GET', `/alarms?state=open${filter}`);
  return body.items as Alarm[];
}

/** The first open alarm of this kind for which `fits` holds. */
export async function alarmSoon(
  person: Caller,
  kind: Alarm['kind'],
  fits: (alarm: Alarm) => boolean = () => true,
): Promise<Alarm> {
  let found: Alarm | undefined;
  await until(async () => {
    found = (await openAlarms(person, `&kind=${kind}`)).find(fits);
    return found !== undefined;
  }, 20_000);
  return found ?? fail();
}
