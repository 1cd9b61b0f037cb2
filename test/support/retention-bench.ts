import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '@minhbach/shared/clock';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import {
  openObjectStore,
  segmentObjectKey,
  thumbnailObjectKey,
  type ObjectRetention,
  type ObjectStore,
  type RetentionMode,
} from '@minhbach/shared/object-store';
import type { RecorderEntry, SegmentSealed, TimelineSpan } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  counterIdSchema,
  deviceIdSchema,
  gapIdSchema,
  monitorIdSchema,
  newId,
  personIdSchema,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  siteIdSchema,
  sourceIdSchema,
  unitIdSchema,
  utcMs,
  type SourceId,
  type UnitId,
} from '@minhbach/shared/units-of-measure';
import { Sight, type Actor } from '../../monitor-ui/server/access/index.ts';
import { Approvals } from '../../monitor-ui/server/approvals/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { AuditLog } from '../../monitor-ui/server/audit/index.ts';
import { Catalogue } from '../../monitor-ui/server/catalogue/index.ts';
import { MonitorDatabase } from '../../monitor-ui/server/database/index.ts';
import { FleetPlaces } from '../../monitor-ui/server/fleet/index.ts';
import {
  ArchiveLock,
  DaysKeeper,
  Expiry,
  ExpiryPlan,
  HoldKeeper,
  HoldReleases,
  Holds,
  HoldStatement,
  OldestFootage,
  RetentionPolicies,
  RetentionRuns,
  type RetentionFault,
  type RetentionIsWell,
} from '../../monitor-ui/server/retention/index.ts';
import { databaseSchema } from '../../monitor-ui/server/schema.ts';
import { sampleFootage } from './sample-footage.ts';

export const dayMs = 86_400_000;

/** A monitor's rooms of footage and retention over a real database and archive, without a network; one counter, two sources. */
export class RetentionBench {
  readonly counterId = newId(counterIdSchema);
  readonly recorderId = newId(recorderIdSchema);
  readonly camera = newId(sourceIdSchema);
  readonly microphone = newId(sourceIdSchema);
  readonly faults: RetentionFault[] = [];
  /** Kinds that were said to be well again, of this counter. */
  readonly well: RetentionFault['kind'][] = [];
  readonly investigator: Actor;
  readonly administrator: Actor;
  /** A supervisor of another oversight unit. */
  readonly inspector: Actor;
  readonly database: MonitorDatabase;
  readonly directory: string;
  readonly archive: ObjectStore;
  /** What the rooms see as the archive; a test may put something between. */
  store: ObjectStore;
  nowMs = Date.now();
  /** How far ahead holds make the archive hold versions. */
  holdAheadMs = 10_000;
  /** How the archive's settings want objects locked. */
  retention: ObjectRetention | undefined = { mode: 'compliance', days: 90, mostDays: 1_830 };
  /** How many locks one run looks at. */
  locksAtOnce = 1_000;
  readonly identity = {
    monitorId: newId(monitorIdSchema),
    sign: (bytes: Uint8Array) => `signed ${bytes.length}`,
  };
  readonly clock: Clock = {
    wallNow: () => utcMs(this.nowMs),
    monotonicNowMs: () => performance.now(),
    sleep: async () => undefined,
  };
  readonly #captures = new Map<SourceId, ReturnType<typeof newCapture>>();
  #nextSeq = 0;

  private constructor(directory: string, database: MonitorDatabase, archive: ObjectStore) {
    this.directory = directory;
    this.database = database;
    this.archive = archive;
    this.store = archive;
    const insert = (table: string, ...values: (string | number | null)[]) =>
      database.sqlite.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
    const [unitId, siteId] = [newId(unitIdSchema), newId(siteIdSchema)];
    const [oversightId, inspectorateId] = [newId(unitIdSchema), newId(unitIdSchema)];
    insert('unit', unitId, 'Unit', 0);
    insert('unit', oversightId, 'Oversight', 1);
    insert('unit', inspectorateId, 'Inspectorate', 1);
    insert('site', siteId, 'Site', unitId);
    insert('counter', this.counterId, 'Counter', siteId, 0);
    insert('recorder', this.recorderId, 'Box', siteId, 'key', 0, null, null);
    for (const [id, kind] of [
      [this.camera, 'camera'],
      [this.microphone, 'microphone'],
    ] as const) {
      const registeredAt = this.nowMs - 400 * dayMs;
      const facts = [kind, kind, 'recording', null, 0, registeredAt, null, 0, null];
      insert('source', id, newId(deviceIdSchema), this.counterId, this.recorderId, ...facts);
    }
    const person = (role: 'investigator' | 'administrator' | 'supervisor', unitOf: UnitId): Actor => {
      const id = newId(personIdSchema);
      const staffNumber = `N-${role}`.toUpperCase();
      insert('person', id, role, role, role, unitOf, 1, '-', 0, staffNumber);
      return {
        person: { id, username: role, displayName: role, role, unitId: unitOf, active: true, staffNumber },
        unit: { id: unitOf, name: 'Oversight', oversight: true },
      };
    };
    this.investigator = person('investigator', oversightId);
    // An investigator never sees the own unit: this one belongs to oversight, the counter to another.
    this.administrator = person('administrator', oversightId);
    this.inspector = person('supervisor', inspectorateId);
  }

  static async start(archive?: ObjectStore): Promise<RetentionBench> {
    const directory = await mkdtemp(join(tmpdir(), 'minhbach-retention-'));
    const database = await MonitorDatabase.open(join(directory, 'monitor.db'), databaseSchema);
    const store = archive ?? (await openObjectStore({ type: 'directory', path: join(directory, 'archive') }));
    return new RetentionBench(directory, database, store);
  }

  /** Made anew for each call, as by a monitor that was restarted. */
  rooms() {
    const { database, clock, store } = this;
    const raise = (fault: RetentionFault) => void this.faults.push(fault);
    const isWell: RetentionIsWell = (kinds) => void this.well.push(...kinds);
    const shield = Shield.ofKey(Buffer.alloc(32));
    const audit = new AuditLog(database, clock, shield);
    const sight = new Sight(new FleetPlaces(database));
    const catalogue = new Catalogue(database);
    const policies = new RetentionPolicies({ database, audit, sight, clock });
    const plan = new ExpiryPlan(database, policies);
    const holds = new Holds({ database, audit, sight, clock, shield, worksOn: () => false });
    const limits = { aheadMs: this.holdAheadMs };
    const keeper = new HoldKeeper({ database, store, clock, lock: new ArchiveLock(store, clock), limits });
    const days = new DaysKeeper({
      ...{ database, store, clock, policies, lock: new ArchiveLock(store, clock) },
      ...{ retention: this.retention, mostAtOnce: this.locksAtOnce },
    });
    const statement = new HoldStatement(database, store, this.identity);
    const expiry = new Expiry({ database, store, audit, clock, plan, policies, catalogue });
    const oldest = new OldestFootage(database, { store, clock, policies, raise, isWell });
    const approvals = new Approvals({ database, audit, sight, clock, lifeMs: dayMs });
    const releases = new HoldReleases({ database, audit, clock, holds, approvals, coolingOffMs: dayMs });
    const settleReleases = () => releases.settle();
    const parts = {
      ...{ database, audit, clock, statement, keeper, days, expiry, oldest, raise, isWell },
      ...{ everyMs: 60_000, settleReleases, tellDays: () => undefined },
    };
    return {
      audit,
      catalogue,
      policies,
      plan,
      holds,
      approvals,
      releases,
      sight,
      keeper,
      days,
      statement,
      expiry,
      oldest,
      runs: new RetentionRuns(parts),
    };
  }

  /** States facts as the recorder would. */
  state(...entries: RecorderEntry[]): void {
    const placed = entries.map((entry, index) => ({ ...entry, seq: this.#nextSeq + index }));
    this.#nextSeq += entries.length;
    if (this.rooms().catalogue.entries.store(this.recorderId, 0, placed) !== this.#nextSeq) {
      throw new Error('entries were not taken');
    }
  }

  /** A second or so of real footage, sealed, archived and proven. `told`: which of its entries the monitor hears. */
  async film(
    sourceId: SourceId,
    startUtcMs: number,
    options: {
      readonly told?: 'nothing' | 'sealed' | 'proven';
      readonly retainUntilMs?: number;
      readonly retentionMode?: RetentionMode;
    } = {},
  ): Promise<SegmentSealed & { readonly versionId: string | undefined }> {
    const { sealed, bytes } = this.#cut(sourceId, startUtcMs);
    const { versionId } = await this.archive.put(sealed.key, bytes, {
      sha256: sealed.sha256,
      contentType: 'video/mp4',
      ...(options.retainUntilMs === undefined ? {} : { retainUntil: utcMs(options.retainUntilMs) }),
      ...(options.retentionMode === undefined ? {} : { retentionMode: options.retentionMode }),
      signal: AbortSignal.timeout(10_000),
    });
    const { segmentId, key, at } = sealed;
    if (options.told === 'sealed') this.state(sealed);
    else if (options.told !== 'nothing') {
      this.state(sealed, { kind: 'segment-proven', seq: 0, at, segmentId, key, versionId });
    }
    return { ...sealed, versionId };
  }

  /** A small picture of a segment as its recorder puts it beside it; no lock, unless the bucket has one for all that comes. */
  async picture(
    of: Pick<SegmentSealed, 'segmentId' | 'sourceId' | 'startUtcMs'>,
    retainUntilMs?: number,
  ): Promise<{ readonly key: string; readonly versionId: string | undefined }> {
    const body = Buffer.from(`\u00ff\u00d8\u00ff ${of.segmentId}`, 'latin1');
    const { key, versionId } = await this.archive.put(
      thumbnailObjectKey({ ...of, recorderId: this.recorderId }),
      body,
      {
        sha256: sha256HexSchema.parse(createHash('sha256').update(body).digest('hex')),
        contentType: 'image/jpeg',
        ...(retainUntilMs === undefined ? {} : { retainUntil: utcMs(retainUntilMs) }),
        signal: AbortSignal.timeout(10_000),
      },
    );
    return { key, versionId };
  }

  /** The same bytes as another version, proven, as after damage to the one before. */
  async storeAnew<Segment extends SegmentSealed & { readonly versionId: string | undefined }>(
    segment: Segment,
  ): Promise<Segment> {
    const { segmentId, key, at, sha256, versionId: before } = segment;
    const signal = AbortSignal.timeout(10_000);
    const body = await buffer(await this.archive.get(key, { versionId: before, signal }));
    const of = { sha256, contentType: 'video/mp4', newVersion: true, signal };
    const { versionId } = await this.archive.put(key, body, of);
    this.state({ kind: 'segment-proven', seq: 0, at, segmentId, key, versionId });
    return { ...segment, versionId };
  }

  gap(sourceId: SourceId, fromMs: number, toMs: number): void {
    const span = { fromUtcMs: utcMs(fromMs), toUtcMs: utcMs(toMs) };
    const of = { kind: 'gap', seq: 0, at: span.toUtcMs, gapId: newId(gapIdSchema), sourceId } as const;
    this.state({ ...of, ...span, cause: 'camera-stalled', evidence: randomUUID() });
  }

  timeline(sourceId: SourceId, fromMs: number, toMs: number): TimelineSpan[] {
    const facts = {
      registeredAt: utcMs(0),
      state: 'recording' as const,
      since: utcMs(0),
      recorderOnline: true,
      recorderCaughtUp: true,
    };
    return this.rooms().catalogue.timeline(sourceId, facts, utcMs(fromMs), utcMs(toMs), utcMs(this.nowMs));
  }

  async isArchived(segment: {
    readonly key: string;
    readonly versionId?: string | undefined;
  }): Promise<boolean> {
    const signal = AbortSignal.timeout(10_000);
    return (await this.archive.stat(segment.key, { versionId: segment.versionId, signal })) !== undefined;
  }

  async close(): Promise<void> {
    if (this.database.sqlite.open) this.database.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  #cut(sourceId: SourceId, startUtcMs: number): { sealed: SegmentSealed; bytes: Buffer } {
    const { init, facts, fragments } = sampleFootage(sourceId === this.camera ? 'h264' : 'sound', 4);
    const capture = this.#captures.get(sourceId) ?? newCapture();
    this.#captures.set(sourceId, capture);
    const from = capture.used % (fragments.length - 10);
    const taken = fragments.slice(from, from + 10);
    capture.used += 1;
    const [first] = taken;
    if (first === undefined) throw new Error('the sample is used up');
    const bytes = Buffer.concat([init, ...taken.map((fragment) => fragment.bytes)]);
    const ticks = taken.reduce((sum, fragment) => sum + fragment.durationTicks, 0);
    const segmentId = newId(segmentIdSchema);
    const endUtcMs = utcMs(startUtcMs + Math.round((ticks * 1_000) / facts.timescale));
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(bytes).digest('hex'));
    const keyframes = taken.flatMap(({ keyframe, tfdt }) =>
      keyframe && facts.trackKind === 'picture'
        ? Math.round(((tfdt - first.tfdt) * 1_000) / facts.timescale)
        : [],
    );
    const of = { recorderId: this.recorderId, sourceId, segmentId, startUtcMs: utcMs(startUtcMs) };
    return {
      bytes,
      sealed: {
        kind: 'segment-sealed',
        seq: 0,
        at: endUtcMs,
        segmentId,
        sourceId,
        captureId: capture.id,
        startUtcMs: utcMs(startUtcMs),
        endUtcMs,
        firstTfdt: first.tfdt,
        timescale: facts.timescale,
        bytes: bytes.length,
        initBytes: init.length,
        fragments: taken.length,
        sha256,
        fragmentsRoot: sha256HexSchema.parse(
          fragmentsRoot(
            init,
            taken.map((fragment) => fragment.bytes),
          ),
        ),
        codec: facts.codec,
        mime: facts.mime,
        keyframes,
        clockErrorMs: 3,
        recovered: false,
        key: segmentObjectKey(of),
      },
    };
  }
}

function newCapture() {
  return { id: newId(captureIdSchema), used: 0 };
}
