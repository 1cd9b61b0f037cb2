import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectStore } from '@minhbach/shared/object-store';
import { approvalIdSchema, newId, siteIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { retentionSightings } from '../../monitor-ui/server/alarms/index.ts';
import { MonitorDatabase } from '../../monitor-ui/server/database/index.ts';
import { holdFaults } from '../../monitor-ui/server/retention/index.ts';
import { databaseSchema } from '../../monitor-ui/server/schema.ts';
import { dayMs, RetentionBench } from '../support/retention-bench.ts';

const never = new AbortController().signal;

describe('expiry', () => {
  let bench: RetentionBench;
  beforeEach(async () => {
    bench = await RetentionBench.start();
  });
  afterEach(() => bench.close());

  const daysAgo = (days: number, moreMs = 0) => bench.nowMs - days * dayMs + moreMs;
  const hold = (fromMs: number, toMs: number) =>
    bench.rooms().holds.place(bench.investigator, {
      counterId: bench.counterId,
      from: utcMs(fromMs),
      to: utcMs(toMs),
      reason: 'khiếu nại',
    });

  it('removes what is older than its days, states it before, and leaves a span that says why', async () => {
    const old = [
      await bench.film(bench.camera, daysAgo(95)),
      await bench.film(bench.camera, daysAgo(95, 1_000)),
    ];
    const sound = await bench.film(bench.microphone, daysAgo(91));
    const young = await bench.film(bench.camera, daysAgo(89));
    const { expiry, audit } = bench.rooms();
    await expiry.run(never);
    expect(await Promise.all([...old, sound, young].map((one) => bench.isArchived(one)))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    const stated = audit.list({ kind: 'expired', limit: 10 }).map(({ subject }) => subject);
    expect(stated).toHaveLength(2);
    expect(stated).toContainEqual(
      expect.objectContaining({
        sourceId: bench.camera,
        from: old[0]?.startUtcMs,
        to: old[1]?.endUtcMs,
        segments: 2,
        days: 90,
        keysSha256: createHash('sha256')
          .update(old.map(({ key }) => `${key}\n`).join(''))
          .digest('hex'),
      }),
    );
    const [from, to] = [old[0]?.startUtcMs ?? 0, old[1]?.endUtcMs ?? 0];
    expect(bench.timeline(bench.camera, from, to)).toEqual([
      { from, to, kind: 'gap', cause: 'expired', explained: true },
    ]);
    expect(bench.timeline(bench.camera, young.startUtcMs, young.endUtcMs)).toMatchObject([
      { kind: 'footage' },
    ]);
  });

  it('removes small pictures with their footage, also those whose footage never came, and none that a hold covers', async () => {
    const segments = {
      old: await bench.film(bench.camera, daysAgo(95)),
      held: await bench.film(bench.camera, daysAgo(94)),
      // The box that had it was lost; of the second, not even a fact reached the monitor.
      sealed: await bench.film(bench.camera, daysAgo(93), { told: 'sealed' }),
      unknown: await bench.film(bench.camera, daysAgo(92), { told: 'nothing' }),
      unknownHeld: await bench.film(bench.camera, daysAgo(91.5), { told: 'nothing' }),
      young: await bench.film(bench.camera, daysAgo(89)),
    };
    const pictures: Record<string, { readonly key: string; readonly versionId: string | undefined }> = {};
    for (const [name, segment] of Object.entries(segments)) pictures[name] = await bench.picture(segment);
    // Held is the end of its footage; the picture is of the beginning.
    hold(segments.held.endUtcMs - 10, segments.held.endUtcMs);
    hold(segments.unknownHeld.startUtcMs + 100, segments.unknownHeld.endUtcMs);
    const left = async () => {
      const names = [];
      for (const [name, picture] of Object.entries(pictures)) {
        if (await bench.isArchived(picture)) names.push(name);
      }
      return names;
    };
    await bench.rooms().runs.runOnce();
    expect(bench.faults).toEqual([]);
    expect(await left()).toEqual(['held', 'unknownHeld', 'young']);
    expect(await bench.isArchived(segments.old)).toBe(false);
    expect(await bench.isArchived(segments.held)).toBe(true);
    bench.nowMs += 2 * dayMs;
    await bench.rooms().expiry.run(never);
    expect(await left()).toEqual(['held', 'unknownHeld']);
    expect(await bench.isArchived(segments.young)).toBe(false);
  });

  it('never removes what a hold covers, not even one placed after the batch was stated', async () => {
    const held = await bench.film(bench.camera, daysAgo(95));
    const late = await bench.film(bench.camera, daysAgo(95, 60_000));
    const free = await bench.film(bench.camera, daysAgo(95, 120_000));
    hold(held.startUtcMs + 10, held.startUtcMs + 20);
    const { archive } = bench;
    let asked = 0;
    // Between the batch and its removals the archive is asked nothing; the first question is for `late`.
    bench.store = {
      ...through(archive),
      stat: async (key, options) => {
        asked += 1;
        if (key === late.key) hold(late.startUtcMs, late.endUtcMs);
        return archive.stat(key, options);
      },
    };
    const { expiry, audit } = bench.rooms();
    await expiry.run(never);
    expect(asked).toBeGreaterThan(0);
    expect(await bench.isArchived(held)).toBe(true);
    expect(await bench.isArchived(late)).toBe(true);
    expect(await bench.isArchived(free)).toBe(false);
    expect(audit.list({ kind: 'expiry-incomplete', limit: 1 })[0]?.subject).toMatchObject({
      removed: 1,
      kept: 1,
    });
    await expiry.run(never);
    expect(await bench.isArchived(late)).toBe(true);
  });

  it('removes what was held once two people released it and the time to think is over', async () => {
    const held = await bench.film(bench.camera, daysAgo(95));
    const { id } = hold(held.startUtcMs, held.endUtcMs);
    const { releases, approvals, expiry, runs } = bench.rooms();
    const { approvalId } = releases.ask(bench.investigator, id, 'vụ việc đã xong');
    approvals.decide(bench.inspector, approvalIdSchema.parse(approvalId), {
      decision: 'give',
      reason: 'đã xem hồ sơ',
    });
    await runs.runOnce();
    expect(await bench.isArchived(held)).toBe(true);
    bench.nowMs += dayMs;
    bench.rooms().releases.settle();
    await expiry.run(never);
    expect(await bench.isArchived(held)).toBe(false);
    expect(holdFaults(bench.database)).toEqual([]);
  });

  it('goes by no release that two people did not decide', async () => {
    const held = await bench.film(bench.camera, daysAgo(95));
    const { id } = hold(held.startUtcMs, held.endUtcMs);
    const { releases, runs } = bench.rooms();
    const { approvalId } = releases.ask(bench.investigator, id, 'vụ việc đã xong');
    bench.database.sqlite.prepare('INSERT INTO hold_release VALUES (?, ?, 1, 1)').run(id, approvalId);
    expect(holdFaults(bench.database)).toEqual([`the release of hold ${id} is not as two people decided it`]);
    await runs.runOnce();
    expect(runs.refusing).toBe(true);
    expect(await bench.isArchived(held)).toBe(true);
  });

  it('goes on where it was after ending between any two steps, and states every batch once', async () => {
    const old = [];
    for (let count = 0; count < 5; count += 1)
      old.push(await bench.film(bench.camera, daysAgo(95, count * 1_000)));
    const { archive } = bench;
    for (let calls = 0; calls < 30; calls += 1) {
      let left = 2;
      const dies =
        <Given extends unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
        async (...given: Given): Promise<Answer> => {
          left -= 1;
          // Before the call, or after it and before its answer was written down.
          if (left < 0 && calls % 2 === 0) throw new Error('killed');
          const answer = await call(...given);
          if (left < 0) throw new Error('killed');
          return answer;
        };
      bench.store = {
        ...through(archive),
        stat: dies((key: string, options: Parameters<ObjectStore['stat']>[1]) => archive.stat(key, options)),
        remove: dies((key: string, options: Parameters<ObjectStore['remove']>[1]) =>
          archive.remove(key, options),
        ),
      };
      const died = await bench
        .rooms()
        .expiry.run(never)
        .then(
          () => false,
          () => true,
        );
      if (!died) break;
    }
    for (const segment of old) expect(await bench.isArchived(segment)).toBe(false);
    const [from, to] = [old[0]?.startUtcMs ?? 0, old.at(-1)?.endUtcMs ?? 0];
    expect(bench.timeline(bench.camera, from, to)).toMatchObject([{ from, to, cause: 'expired' }]);
    const stated = bench.rooms().audit.list({ kind: 'expired', limit: 10 });
    expect(stated.map(({ subject }) => subject['segments'])).toEqual([5]);
    expect(bench.database.sqlite.prepare('SELECT removed, kept, locked FROM expiry').all()).toEqual([
      { removed: 5, kept: 0, locked: 0 },
    ]);
  });

  it('leaves footage that is not proven to be archived to its recorder', async () => {
    const segment = await bench.film(bench.camera, daysAgo(95), { told: 'sealed' });
    await bench.rooms().expiry.run(never);
    expect(await bench.isArchived(segment)).toBe(true);
  });

  it('previews what is due at a time; who may not know of holds is told of age alone', async () => {
    const first = await bench.film(bench.camera, daysAgo(89));
    const second = await bench.film(bench.microphone, daysAgo(89));
    hold(second.startUtcMs, second.endUtcMs);
    const { plan } = bench.rooms();
    expect((await plan.preview(bench.administrator, utcMs(bench.nowMs))).items).toMatchObject([
      { due: { segments: 0 } },
    ]);
    const at = utcMs(bench.nowMs + 2 * dayMs);
    const seen = (await plan.preview(bench.administrator, at)).items;
    expect(seen).toEqual([
      {
        counterId: bench.counterId,
        days: 90,
        due: { segments: 2, bytes: first.bytes + second.bytes, from: first.startUtcMs, to: second.endUtcMs },
      },
    ]);
    expect(JSON.stringify(seen)).not.toContain('held');
  });
});

describe('holds', () => {
  it('survive the migration that brought retention', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'minhbach-migration-'));
    const file = join(directory, 'monitor.db');
    const before = await MonitorDatabase.open(file, databaseSchema.slice(0, 8));
    before.sqlite.exec(`
      INSERT INTO unit VALUES ('u', 'Unit', 0);
      INSERT INTO site VALUES ('s', 'Site', 'u');
      INSERT INTO counter VALUES ('c', 'Counter', 's', 0);
      INSERT INTO person (id, username, display_name, role, unit_id, active, password_hash, created_at)
        VALUES ('p', 'p', 'p', 'investigator', 'u', 1, '-', 0);
      INSERT INTO hold VALUES ('h', 'c', 1, 2, 'khiếu nại', NULL, 3, 'p');
      INSERT INTO audit_entry (seq, at, kind, subject)
        VALUES (1, 3, 'hold-placed', '{"counterId":"c","from":1,"holdId":"h","to":2}');
    `);
    before.close();
    const after = await MonitorDatabase.open(file, databaseSchema);
    expect(after.sqlite.prepare('SELECT id, from_ms, to_ms FROM hold').all()).toEqual([
      { id: 'h', from_ms: 1, to_ms: 2 },
    ]);
    expect(holdFaults(after)).toEqual([]);
    after.close();
    await rm(directory, { recursive: true });
  });
});

describe('the job of retention', () => {
  let bench: RetentionBench;
  beforeEach(async () => {
    bench = await RetentionBench.start();
  });
  afterEach(() => bench.close());
  const place = () =>
    bench.rooms().holds.place(bench.investigator, {
      counterId: bench.counterId,
      from: utcMs(bench.nowMs - 95 * dayMs),
      to: utcMs(bench.nowMs - 94 * dayMs),
      reason: 'khiếu nại',
    });
  const holdFaultsRaised = () => bench.faults.filter(({ kind }) => kind !== 'footage-short');
  const loseHold = (id: string) => {
    bench.database.sqlite.exec('DROP TRIGGER hold_stays');
    bench.database.sqlite.prepare('DELETE FROM hold WHERE id = ?').run(id);
  };

  it('removes nothing while a hold is missing, says so, and goes on when it is back', async () => {
    const segment = await bench.film(bench.camera, bench.nowMs - 97 * dayMs);
    const picture = await bench.picture(segment);
    const { id } = place();
    const row = bench.database.sqlite
      .prepare<[string], Record<string, string | number | null>>('SELECT * FROM hold WHERE id = ?')
      .get(id);
    loseHold(id);
    const { runs, audit } = bench.rooms();
    await runs.runOnce();
    expect(runs.refusing).toBe(true);
    expect(await bench.isArchived(segment)).toBe(true);
    expect(await bench.isArchived(picture)).toBe(true);
    expect(holdFaultsRaised()).toMatchObject([{ kind: 'holds-differ' }]);
    expect(JSON.stringify(bench.faults)).not.toContain(id);
    expect(audit.list({ kind: 'retention-refused', limit: 5 })).toMatchObject([
      { subject: { faults: 1 }, shielded: { faults: expect.stringContaining(`hold ${id}`) } },
    ]);
    const columns = Object.keys(row ?? {});
    bench.database.sqlite
      .prepare(`INSERT INTO hold (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
      .run(...Object.values(row ?? {}));
    await runs.runOnce();
    expect(runs.refusing).toBe(false);
    expect(await bench.isArchived(segment)).toBe(false);
    expect(await bench.isArchived(picture)).toBe(false);
  });

  it("refuses yesterday's database put back whole, by what the archive states of holds", async () => {
    place();
    await bench.rooms().runs.runOnce();
    expect(holdFaultsRaised()).toEqual([]);
    const backup = `${bench.directory}/backup.db`;
    await bench.database.sqlite.backup(backup);
    bench.nowMs += 60_000;
    const { id } = place();
    bench.nowMs += 60_000;
    await bench.rooms().runs.runOnce();
    expect(holdFaultsRaised()).toEqual([]);
    // As the backup has it: neither the hold nor the audit entry that placed it.
    bench.database.sqlite.exec('DROP TRIGGER audit_entry_stays');
    bench.database.sqlite.exec(
      'DELETE FROM audit_sealed WHERE seq = (SELECT max(seq) FROM audit_entry); DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)',
    );
    loseHold(id);
    const segment = await bench.film(bench.camera, bench.nowMs - 97 * dayMs);
    await bench.rooms().runs.runOnce();
    expect(holdFaultsRaised()).toMatchObject([{ kind: 'holds-differ' }]);
    expect(await bench.isArchived(segment)).toBe(true);
  });

  it('states of holds always as much, on its beat, and keeps one statement', async () => {
    const statements = async () => {
      const found = [];
      for await (const object of bench.archive.list('m/', { signal: never })) found.push(object);
      return found;
    };
    await bench.rooms().runs.runOnce();
    const [none] = await statements();
    place();
    expect(await statements()).toEqual([none]);
    bench.nowMs += 600_000;
    await bench.rooms().runs.runOnce();
    const after = await statements();
    expect(after).toHaveLength(1);
    expect(after[0]?.sizeBytes).toBe(none?.sizeBytes);
  });

  it('finds weekly, by fetching it, the oldest footage really there, and says when it is short', async () => {
    const { runs } = bench.rooms();
    const whole = [
      await bench.film(bench.camera, bench.nowMs - 89.9 * dayMs),
      await bench.film(bench.camera, bench.nowMs - 35 * dayMs),
    ];
    await runs.runOnce();
    const { oldest } = bench.rooms();
    expect(oldest.of(bench.counterId)).toMatchObject({
      oldestAt: whole[0]?.startUtcMs,
      damaged: 0,
      short: false,
    });
    // Somebody with access to the archive removes what the catalogue still knows.
    await bench.archive.remove(whole[0]?.key ?? '', { signal: never });
    await runs.runOnce();
    expect(oldest.of(bench.counterId)).toMatchObject({ short: false });
    bench.nowMs += 7 * dayMs;
    // Keeps the first one within its days.
    bench.rooms().policies.change(bench.administrator, bench.counterId, { days: 97, basis: 'thử' });
    await runs.runOnce();
    expect(oldest.of(bench.counterId)).toMatchObject({
      oldestAt: whole[1]?.startUtcMs,
      damaged: 1,
      short: true,
    });
    expect(bench.faults).toMatchObject([{ kind: 'footage-short', counterId: bench.counterId }]);
  });

  it('says weekly when a source takes more than its quota, removes nothing for it, and when it is over', async () => {
    const quotaBytes = 1_000_000_000;
    const filmed = [
      await bench.film(bench.camera, bench.nowMs - 80 * dayMs),
      await bench.film(bench.microphone, bench.nowMs - 80 * dayMs),
    ];
    const { policies } = bench.rooms();
    policies.change(bench.administrator, bench.counterId, { quotaBytes, basis: 'thử' });
    const sizes = bench.database.sqlite.prepare('UPDATE segment SET bytes = ? WHERE source_id = ?');
    // A gigabyte need not be filmed: the catalogue says how much there is. Each source has a quota of its own.
    for (const sourceId of [bench.camera, bench.microphone]) sizes.run(quotaBytes, sourceId);
    await bench.rooms().runs.runOnce();
    const passed = () => bench.faults.filter(({ kind }) => kind === 'quota-passed');
    expect(passed()).toEqual([]);
    expect(bench.well).toContain('quota-passed');
    sizes.run(quotaBytes + 1, bench.camera);
    bench.nowMs += 7 * dayMs;
    await bench.rooms().runs.runOnce();
    const [fault] = passed();
    if (fault === undefined) throw new Error('nothing was said');
    expect(fault).toMatchObject({ counterId: bench.counterId });
    expect(fault.sentence).toMatch(/takes 1000000001 bytes of the archive, more than the 1000000000/);
    const siteId = newId(siteIdSchema);
    const places = { siteOf: () => siteId, oversight: () => [] };
    expect(retentionSightings(fault, utcMs(bench.nowMs), places)).toMatchObject([
      { kind: 'quota-passed', place: { siteId, counterId: bench.counterId }, evidence: fault.sentence },
    ]);
    for (const segment of filmed) expect(await bench.isArchived(segment)).toBe(true);
    policies.change(bench.administrator, bench.counterId, { quotaBytes: null, basis: 'thử' });
    bench.nowMs += 7 * dayMs;
    bench.well.length = 0;
    await bench.rooms().runs.runOnce();
    expect(bench.well).toContain('quota-passed');
    expect(passed()).toHaveLength(1);
  });
});

function through(store: ObjectStore): ObjectStore {
  return {
    put: async (...given) => store.put(...given),
    get: async (...given) => store.get(...given),
    stat: async (...given) => store.stat(...given),
    list: (...given) => store.list(...given),
    remove: async (...given) => store.remove(...given),
    extendRetention: async (...given) => store.extendRetention(...given),
    probe: async (...given) => store.probe(...given),
    close: async () => store.close(),
  };
}
