import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { z } from 'zod';
import { openObjectStore, type ObjectStore } from '@minhbach/shared/object-store';
import { roleSchema, type Role, type SegmentSealed } from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import { FilmedSource, ScriptedLedger } from '../support/filmed-source.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import { sampleFootage } from '../support/sample-footage.ts';
import type { Caller } from '../support/signed-in.ts';
import { sampleOf, seededRandom } from '../support/sample-of-schema.ts';
import { until } from '../support/until.ts';

const dayMs = 86_400_000;
const roundsPerRoute = 6;

/**
 * Each principal alone, the administrator included, sends everything its role can think of to every address that
 * changes anything; then the days of the footage pass. What is held must still be there; what is not held must be gone,
 * or this would prove nothing. A raw key to the archive is another matter: `test/contract` shows that a store that
 * enforces locks refuses it.
 */
describe('held footage, against every single person', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let archive: ObjectStore;
  let held: SegmentSealed;
  let loose: SegmentSealed;
  let holdId: string;
  let ids: readonly string[];
  const random = seededRandom(20_261_128);

  beforeAll(async () => {
    monitor = await RunningMonitor.start({
      settings: {
        retention: { everyMs: 200, entriesEveryMs: 200 },
        approvals: { lifeMs: 1_000, holdReleaseAfterMs: 0, changeAfterMs: 0 },
        signIn: { perAccount: 1_000, perAddress: 10_000 },
      },
    });
    organisation = await makeOrganisation(monitor);
    const { siteA, siteB, counterA, counterB, unitAId, unitBId, oversightUnitId, people } = organisation;
    // Far from anybody else's unit, so that only the rule of two keys can refuse.
    const recorder = await enrolledRecorder(monitor, organisation.admin, siteA);
    const now = Date.now();
    const camera = new FilmedSource(
      recorder,
      counterIdSchema.parse(counterA),
      sampleFootage('h264', 20),
      now - 80 * dayMs,
    );
    recorder.say({ type: 'sources', sources: [camera.status()] });
    archive = await openObjectStore({ type: 'directory', path: join(monitor.directory, 'archive') });
    const ledger = new ScriptedLedger(recorder);
    const film = async (startUtcMs: number): Promise<SegmentSealed> => {
      const { sealed, bytes } = camera.film(startUtcMs, 2);
      const signal = AbortSignal.timeout(10_000);
      await archive.put(sealed.key, bytes, { sha256: sealed.sha256, contentType: 'video/mp4', signal });
      const { segmentId, key, at } = sealed;
      await ledger.state(sealed, { kind: 'segment-proven', seq: 0, at, segmentId, key });
      return sealed;
    };
    held = await film(now - 3 * dayMs);
    loose = await film(now - 2 * dayMs);
    const complaint = await people.investigator.call('POST', '/complaints', {
      ...{ channel: 'hotline', counterId: counterA, happenedFrom: held.startUtcMs, text: 'giữ hình' },
    });
    holdId = complaint.body.holdId;
    const opened = await people.investigator.call('POST', '/cases', {
      ...{ complaintIds: [complaint.body.id], title: 'Vụ việc' },
    });
    const persons = (await organisation.admin.call('GET', '/people')).body.items.map(
      ({ id }: { id: string }) => id,
    );
    ids = [
      ...[holdId, complaint.body.id, opened.body.id, camera.sourceId, siteA, siteB, counterA, counterB],
      ...[unitAId, unitBId, oversightUnitId, ...persons],
    ];
    await recorder.close();
  }, 120_000);
  afterAll(async () => {
    await archive.close();
    await monitor.stop();
  });

  const any = (): string => ids[Math.floor(random() * ids.length)] ?? holdId;

  async function tryEverything(person: Caller): Promise<number> {
    let tries = 0;
    for (const route of monitor.monitor.routes) {
      if (route.method === 'get' || route.path === '/session' || route.path === '/me/password') continue;
      for (let round = 0; round < roundsPerRoute; round += 1) {
        const path = route.path.replaceAll(/\{\w+\}/g, any);
        const body =
          route.body === undefined
            ? undefined
            : sampleOf(z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }), random, any);
        const answer = await person.call(route.method.toUpperCase(), path, body);
        expect([route.path, answer.status]).not.toEqual([route.path, 500]);
        tries += 1;
      }
    }
    await directAttempts(person);
    return tries;
  }

  /** What somebody would do who means it. */
  async function directAttempts(person: Caller): Promise<void> {
    const reason = 'không cần giữ nữa';
    const { body } = await person.call('POST', `/holds/${holdId}/release`, { reason });
    const approvalId = String(body?.approvalId ?? holdId);
    await person.call('POST', `/approvals/${approvalId}`, { decision: 'give', reason });
    const cut = await person.call('PATCH', `/counters/${organisation.counterA}/retention`, {
      days: 1,
      basis: reason,
    });
    const cutId = String(cut.body?.pending?.approvalId ?? holdId);
    await person.call('POST', `/approvals/${cutId}`, { decision: 'give', reason });
    const twin = { username: `t${Math.floor(random() * 1e9)}`, displayName: 'x', role: 'supervisor', reason };
    const made = await person.call('POST', '/people', {
      ...{ ...twin, unitId: organisation.unitBId, password: 'mật khẩu thử nghiệm', staffNumber: 'ZZ-9' },
    });
    if (made.status === 201) {
      expect(made.body.active).toBe(false);
      await person.call('POST', `/approvals/${made.body.pending.approvalId}`, { decision: 'give', reason });
      await expect(monitor.signIn(twin.username)).rejects.toThrow(/401/);
    }
    for (const path of [`/holds/${holdId}`, `/complaints/${holdId}`, '/retention']) {
      expect([403, 404]).toContain((await person.call('DELETE', path)).status);
    }
  }

  it.each(roleSchema.options)(
    'a %s alone shortens nothing',
    async (role: Role) => {
      const person = role === 'administrator' ? organisation.admin : organisation.people[role];
      expect(await tryEverything(person)).toBeGreaterThan(200);
      // Nobody else may take up what this one asked for.
      await new Promise((resolve) => setTimeout(resolve, 3_200));
      const hold = await (await monitor.signIn('auditor')).call('GET', `/holds/${holdId}`);
      expect(hold.body).not.toHaveProperty('releasedFrom');
    },
    120_000,
  );

  it('and when the days are over, what is held is there and the rest is gone', async () => {
    const exists = async ({ key }: SegmentSealed) =>
      (await archive.stat(key, { signal: AbortSignal.timeout(5_000) })) !== undefined;
    expect([await exists(held), await exists(loose)]).toEqual([true, true]);
    monitor.clock.forwardMs += 4_000 * dayMs;
    await until(async () => !(await exists(loose)), 30_000);
    expect(await exists(held)).toBe(true);
  }, 60_000);
});
