import { describe, expect, it } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { readForm } from './form-fields.ts';

const local = (text: string) => Date.parse(`${text}+07:00`);
const now = utcMs(local('2026-11-28T10:00:00'));
const read = (fields: Record<string, string>) => readForm({ text: 'Bị đòi tiền', ...fields }, undefined, now);

describe('the public form', () => {
  it.each([
    [{ date: '2026-11-27', time: '09:30' }, '2026-11-27T09:30:00', undefined],
    [{ date: '27/11/2026', time: '9h30' }, '2026-11-27T09:30:00', undefined],
    [{ date: '7/1/2026' }, '2026-01-07T00:00:00', '2026-01-08T00:00:00'],
    [{ date: '28.11.2026' }, '2026-11-28T00:00:00', '2026-11-28T10:00:00'],
    [{ time: '8' }, '2026-11-28T08:00:00', undefined],
  ])('reads %j', (fields, from, to) => {
    expect(read(fields)).toMatchObject({
      told: { happenedFrom: local(from), ...(to === undefined ? {} : { happenedTo: local(to) }) },
    });
  });

  it.each([
    [{ date: '31/02/2026' }, 'fault.date'],
    [{ date: '29/11/2026' }, 'fault.date'],
    [{ date: 'hôm qua' }, 'fault.date'],
    [{ time: '25:00' }, 'fault.time'],
    [{ text: '  ' }, 'fault.text'],
    [{ text: 'x'.repeat(10_001) }, 'fault.too-long'],
    [{ phone: 'gọi tôi' }, 'fault.phone'],
    [{ ticket: 'x'.repeat(61) }, 'fault.field'],
  ])('says what is not right in %j', (fields, fault) => {
    expect(read(fields)).toEqual({ fault });
  });

  it('keeps what nobody can see from passing for a person', () => {
    expect(read({ website: 'http://x' })).toMatchObject({ told: { website: 'http://x' } });
  });
});
