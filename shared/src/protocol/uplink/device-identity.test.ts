import { expect, test } from '@jest/globals';
import { deviceDifference, isOtherDevice, type DeviceIdentity } from './device-identity.ts';

const expected: DeviceIdentity = {
  manufacturer: 'Maker',
  model: 'M1',
  serialNumber: 'A1',
  hardwareId: 'H1',
  macAddresses: ['02:00:00:00:00:01', '02:00:00:00:00:02'],
  tlsKey: 'a'.repeat(64),
};

test.each<[string, Partial<DeviceIdentity>, boolean]>([
  ['the same', {}, false],
  ['another serial number', { serialNumber: 'B2' }, true],
  ['another hardware id', { hardwareId: 'H2' }, true],
  ['another model', { model: 'M2' }, true],
  ['another TLS key', { tlsKey: 'b'.repeat(64) }, true],
  ['one of two network addresses', { macAddresses: ['02:00:00:00:00:02'] }, false],
  ['other network addresses', { macAddresses: ['02:00:00:00:00:03'] }, true],
])('%s', (_what, difference, isOther) => {
  expect(isOtherDevice(expected, { ...expected, ...difference })).toBe(isOther);
});

test('what is told no longer differs, but for network addresses, which not every login may ask for', () => {
  const { macAddresses, ...rest } = expected;
  expect(isOtherDevice(expected, rest)).toBe(false);
  expect(isOtherDevice(rest, expected)).toBe(false);
  const { serialNumber, ...without } = expected;
  expect(isOtherDevice(expected, without)).toBe(true);
  // Nothing was known of it then: more is no difference.
  expect(isOtherDevice(without, expected)).toBe(false);
  expect([macAddresses, serialNumber]).toBeDefined();
});

test('the sentence names what differs and nothing else, whatever length the device chose', () => {
  const found = { ...expected, serialNumber: 'B2', macAddresses: ['02:00:00:00:00:09'] };
  expect(deviceDifference({ is: 'other', expected, identity: found })).toBe(
    'serial number: expected A1, found B2; network address: expected 02:00:00:00:00:01 02:00:00:00:00:02, found 02:00:00:00:00:09',
  );
  const long = { ...expected, serialNumber: 'x'.repeat(100) };
  expect(deviceDifference({ is: 'other', expected, identity: long }).length).toBeLessThan(100);
});

test('a device that tells nothing any more is named by what it told', () => {
  const why = 'the device could not be reached';
  expect(deviceDifference({ is: 'silent', expected, why })).toBe(
    'expected serial number A1; the device no longer says who it is: the device could not be reached',
  );
  const { macAddresses } = expected;
  expect(deviceDifference({ is: 'silent', expected: { macAddresses }, why })).toContain(
    'expected 02:00:00:00:00:01 02:00:00:00:00:02;',
  );
});
