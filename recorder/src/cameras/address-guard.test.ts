import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AddressGuard } from './address-guard.ts';
import { CameraProblem } from './camera-problem.ts';
import {
  parseServiceAddress,
  parseStreamAddress,
  secretStreamUrl,
  shownStreamUrl,
} from './device-address.ts';

const strict = new AddressGuard({ allowLoopback: false, allowLinkLocal: false });

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof CameraProblem ? error.code : String(error);
  }
}

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '::1',
  '::ffff:127.0.0.1',
  '0.0.0.0',
  '::',
  '169.254.169.254',
  'fe80::1',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
  '64:ff9b::7f00:1',
])('%s is not for cameras', (address) => {
  expect(strict.faultOf(address)).toEqual(expect.any(String));
});

test.each(['10.1.2.3', '192.168.1.10', '172.16.0.9', '100.64.3.3', '203.113.0.1', 'fd12::5', '2405:4800::1'])(
  '%s may be a camera',
  (address) => expect(strict.faultOf(address)).toBeUndefined(),
);

test('a list of networks narrows what is allowed, and loopback has its own switch', () => {
  const guard = new AddressGuard({ allowLoopback: true, allowLinkLocal: false, allow: ['10.20.0.0/16'] });
  expect(guard.faultOf('10.20.3.4')).toBeUndefined();
  expect(guard.faultOf('::ffff:10.20.3.4')).toBeUndefined();
  expect(guard.faultOf('10.21.3.4')).toMatch(/outside the networks/);
  expect(guard.faultOf('127.0.0.1')).toBeUndefined();
});

test('names are judged by the address they lead to', async () => {
  await expect(strict.resolve('localhost')).rejects.toMatchObject({ code: 'address-not-allowed' });
  // getaddrinfo reads these as 127.0.0.1.
  await expect(strict.resolve('2130706433')).rejects.toMatchObject({ code: 'address-not-allowed' });
  await expect(strict.resolve('127.1')).rejects.toMatchObject({ code: 'address-not-allowed' });
  await expect(strict.resolve('no-such-host.invalid')).rejects.toMatchObject({ code: 'unreachable' });
});

test.each([
  ['file:///etc/passwd', 'scheme-not-allowed'],
  ['concat:a|b', 'scheme-not-allowed'],
  ['http://10.0.0.1/stream', 'scheme-not-allowed'],
  ['pipe:0', 'scheme-not-allowed'],
  ['/etc/passwd', 'scheme-not-allowed'],
  ['10.0.0.1/stream', 'scheme-not-allowed'],
  ['rtsp://', 'address-invalid'],
  ['rtsp:///path', 'address-invalid'],
  ['rtsp://10.0.0.1/a\nfile /etc/passwd', 'address-invalid'],
  ['rtsp://10.0.0.1/\u0000', 'address-invalid'],
  ['rtsp://10.0.0.1:99999/', 'address-invalid'],
  ['rtsp://10.0.0.1:0/', 'address-invalid'],
  ["rtsp://10.0.0.1'/x", 'address-invalid'],
  ['rtsp://a%ff:b@10.0.0.1/', 'address-invalid'],
])('stream address %j is refused as %s', (text, code) => {
  expect(codeOf(() => parseStreamAddress(text))).toBe(code);
});

test.each([
  ['file:///etc/passwd', 'scheme-not-allowed'],
  ['file:/etc/passwd', 'scheme-not-allowed'],
  ['gopher://10.0.0.1', 'scheme-not-allowed'],
  ['http://user:pw@10.0.0.1', 'address-invalid'],
  ['10.0.0.1 extra', 'address-invalid'],
  ['', 'address-invalid'],
])('device address %j is refused as %s', (text, code) => {
  expect(codeOf(() => parseServiceAddress(text))).toBe(code);
});

test('device addresses are completed', () => {
  expect(parseServiceAddress('camera-1:8080')).toEqual({
    scheme: 'http',
    host: 'camera-1',
    port: 8080,
    path: '/onvif/device_service',
  });
  expect(parseServiceAddress('https://[fd00::5]/onvif/x')).toMatchObject({
    host: 'fd00::5',
    port: 443,
    path: '/onvif/x',
  });
});

test('quotes in a path come out encoded, and what is shown has no password', () => {
  const address = parseStreamAddress(`rtsp://u:p%40ss@10.0.0.1/a'b"c?token=secret`);
  expect(address.login).toEqual({ username: 'u', password: 'p@ss' });
  expect(shownStreamUrl(address)).toBe('rtsp://10.0.0.1:554/a%27b%22c');
  expect(secretStreamUrl(address, address.login)).toBe('rtsp://u:p%40ss@10.0.0.1:554/a%27b%22c?token=secret');
});

test('whatever user and password are, the address stays one address and gives them back', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      (username, password) => {
        const base = parseStreamAddress('rtsp://10.0.0.1:8554/main');
        const url = secretStreamUrl(base, { username, password });
        expect(url).toMatch(/^[A-Za-z0-9%:@/._~-]+$/);
        expect(parseStreamAddress(url)).toEqual({ ...base, login: { username, password } });
      },
    ),
  );
});
