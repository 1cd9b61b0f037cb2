import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AlarmKind } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  recorderIdSchema,
  siteIdSchema,
  utcMs,
  type CounterId,
} from '@minhbach/shared/units-of-measure';
import type { AlarmSighting } from './alarms.ts';
import { ClosedHours } from './closed-hours.ts';

const recorderId = recorderIdSchema.parse(randomUUID());
const siteId = siteIdSchema.parse(randomUUID());
const counterId = counterIdSchema.parse(randomUUID());
let onDuty: Set<CounterId>;
let hours: ClosedHours;

function sighting(kind: AlarmKind, of: { readonly counterId?: CounterId } = { counterId }): AlarmSighting {
  return { kind, key: `${kind}:1`, place: { siteId, recorderId, ...of }, from: utcMs(1) };
}

beforeEach(() => {
  onDuty = new Set();
  hours = new ClosedHours((id) => onDuty.has(id));
});

describe('a closed office', () => {
  test('is dark and still without an alarm until its counter is on duty, then once', () => {
    const [blank, silent] = [sighting('picture-blank'), sighting('sound-silent')];
    expect(hours.toRaise(recorderId, [blank, silent])).toEqual([]);
    expect(hours.opened(0)).toEqual([]);
    onDuty.add(counterId);
    expect(hours.opened(9_000)).toEqual([]);
    expect(hours.opened(10_000)).toEqual([blank, silent]);
    expect(hours.opened(20_000)).toEqual([]);
  });

  test('raises nothing of what was over before it opened', () => {
    hours.toRaise(recorderId, [sighting('picture-blank')]);
    hours.toRaise(recorderId, []);
    onDuty.add(counterId);
    expect(hours.opened(0)).toEqual([]);
  });

  test('raises nothing of a recorder that fell silent', () => {
    hours.toRaise(recorderId, [sighting('picture-blank')]);
    hours.forget(recorderId);
    onDuty.add(counterId);
    expect(hours.opened(0)).toEqual([]);
  });

  test.each<AlarmKind>(['picture-frozen', 'picture-repeats', 'identity', 'disk', 'sound-hum'])(
    'keeps %s back at no hour',
    (kind) => {
      expect(hours.toRaise(recorderId, [sighting(kind)])).toHaveLength(1);
    },
  );

  test('keeps back nothing while on duty, nor where no counter is known', () => {
    expect(hours.toRaise(recorderId, [sighting('picture-blank', {})])).toHaveLength(1);
    onDuty.add(counterId);
    expect(hours.toRaise(recorderId, [sighting('picture-blank')])).toHaveLength(1);
    expect(hours.opened(0)).toEqual([]);
  });
});
