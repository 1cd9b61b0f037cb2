import { afterAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import type { DeviceConnection } from '@minhbach/shared/protocol';
import { AddressGuard, OnvifDriver, parseServiceAddress } from '../../recorder/src/cameras/index.ts';
import { DeviceInquiry } from '../../recorder/src/jobs/index.ts';
import { startVirtualCamera, type VirtualCameraOptions } from '../../scripts/virtual-camera/index.ts';
import { publicKeySha256, selfSignedPem } from '../support/self-signed-pem.ts';

/* Cameras that speak ONVIF over TLS only, with certificates that nobody but themselves signed. */
const password = 'mật khẩu';
const stopping = new AbortController();
const { signal } = stopping;
const networks = { allowLoopback: true, allowLinkLocal: false };
const driver = new OnvifDriver(networks);
const inquiry = new DeviceInquiry(driver, new AddressGuard(networks));
const tls = selfSignedPem();
afterAll(() => stopping.abort());

const camera = async (options: Partial<VirtualCameraOptions> = {}) =>
  startVirtualCamera({ password, sound: 'none', tls, ...options }, signal);
const onvif = (address: string): DeviceConnection => ({
  type: 'onvif',
  ...{ address, username: 'admin', password },
});

describe('a camera at an https: address', () => {
  test.each(['username-token', 'http-digest'] as const)(
    'is described by %s, its streams are found, and what they carry is seen',
    async (soapLogin) => {
      const { onvifAddress, rtspUrls } = await camera({ soapLogin });
      expect(onvifAddress).toMatch(/^https:/);
      const asked = await inquiry.ask(onvif(onvifAddress), signal);
      expect(asked.main).toMatchObject({ video: { codec: 'h264', widthPx: 1920, heightPx: 1080 } });
      expect(asked.tracks).toEqual({ picture: { codec: 'h264' } });
      const stream = new URL(rtspUrls.main);
      expect(asked.connection.main).toMatchObject({ port: Number(stream.port), path: stream.pathname });
      expect(asked.connection.onvif?.address.scheme).toBe('https');
      expect(asked.standing).toMatchObject({ is: 'known', identity: { tlsKey: publicKeySha256(tls) } });
    },
  );

  test('is the same one with a renewed certificate, another one with another key; and answers all the same', async () => {
    const device = await camera();
    const login = { address: parseServiceAddress(device.onvifAddress), username: 'admin', password };
    const known = await driver.identity(login, signal);
    await device.inject({ kind: 'certificate', pem: selfSignedPem({ key: tls, name: 'renewed' }) });
    expect(await driver.identity(login, signal)).toEqual(known);
    const other = selfSignedPem();
    await device.inject({ kind: 'certificate', pem: other });
    expect(await driver.identity(login, signal)).toEqual({ ...known, tlsKey: publicKeySha256(other) });
    const main = { token: 'main', adapter: 'onvif' } as const;
    expect(await driver.streamAddress(login, main, signal)).toBe(device.rtspUrls.main);
    await device.inject({ kind: 'reset' });
    expect(await driver.identity(login, signal)).toEqual(known);
  });

  test('that speaks no TLS, and one that speaks nothing else asked without, are no ONVIF devices', async () => {
    const plain = await camera({ tls: undefined });
    const secure = await camera();
    for (const address of [
      plain.onvifAddress.replace('http:', 'https:'),
      secure.onvifAddress.replace('https:', 'http:'),
    ]) {
      const startedAtMs = performance.now();
      await expect(inquiry.ask(onvif(address), signal)).rejects.toMatchObject({
        code: expect.stringMatching(/^(not-onvif|unreachable)$/),
      });
      expect(performance.now() - startedAtMs).toBeLessThan(9_500);
    }
  });

  test('whose login is wrong is told so; and in the clear it answers nothing', async () => {
    const { onvifAddress } = await camera();
    await expect(inquiry.ask({ ...onvif(onvifAddress), password: 'no' }, signal)).rejects.toMatchObject({
      code: 'login-refused',
    });
    const { hostname, port } = new URL(onvifAddress);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
      let text = '';
      socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    expect(answer).not.toContain('HTTP/1.1 200');
  });
});

test('a virtual camera says what is wrong with a certificate, and changes nothing', async () => {
  const key = tls.slice(0, tls.indexOf('-----BEGIN CERTIFICATE-----'));
  const foreign = key + selfSignedPem().slice(key.length);
  for (const pem of [key, tls.slice(key.length), foreign, 'no PEM'])
    await expect(camera({ tls: pem })).rejects.toMatchObject({ code: 'options-invalid' });
  const plain = await camera({ tls: undefined });
  await expect(plain.inject({ kind: 'certificate', pem: tls })).rejects.toMatchObject({
    code: 'fault-invalid',
  });
});
