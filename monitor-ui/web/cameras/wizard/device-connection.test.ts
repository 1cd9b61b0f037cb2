import { describe, expect, it } from '@jest/globals';
import { addressFault, connectionOf } from './device-connection.ts';

describe('the address of a device', () => {
  it('may be a host, with port or path, or a stream', () => {
    for (const good of [
      '10.20.0.15',
      ' camera-1.local:8000 ',
      'http://10.20.0.15/onvif/device_service',
      'rtsp://10.20.0.15:554/stream1?channel=1',
      '[fd00:20::15]:80',
    ]) {
      expect([good, addressFault(good)]).toEqual([good, undefined]);
    }
  });

  it('is refused with the reason', () => {
    expect(addressFault('')).toBe('address');
    expect(addressFault('10.20.0.15 port 80')).toBe('address');
    expect(addressFault('file:///etc/passwd')).toBe('scheme');
    expect(addressFault('concat:a|b')).toBe('scheme');
    expect(addressFault('rtsp://admin:secret@10.20.0.15/')).toBe('address-login');
    expect(addressFault('admin:secret@10.20.0.15')).toBe('address-login');
  });

  it('becomes a connection of its kind', () => {
    const draft = { address: ' 10.20.0.15 ', username: 'admin', profile: '' };
    expect(connectionOf(draft, 'p')).toEqual({
      type: 'onvif',
      address: '10.20.0.15',
      username: 'admin',
      password: 'p',
    });
    expect(connectionOf({ ...draft, profile: 'main' }, 'p')).toMatchObject({ profile: 'main' });
    expect(connectionOf({ address: 'RTSP://h/s', username: '', profile: 'main' }, '')).toEqual({
      type: 'rtsp',
      url: 'RTSP://h/s',
    });
  });
});
