import { expect, test } from '@jest/globals';
import { rtspResponse, RtspRequestReader } from './rtsp-message.ts';

const request = 'SETUP rtsp://h/main/track0 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP\r\n\r\n';

test('requests are found however the bytes come in, between RTCP packets and bodies', () => {
  const rtcp = Buffer.from([0x24, 1, 0, 4, 1, 2, 3, 4]);
  const withBody = 'GET_PARAMETER rtsp://h/main RTSP/1.0\r\nCSeq: 4\r\nContent-Length: 3\r\n\r\nabc';
  const bytes = Buffer.concat([
    Buffer.from(request),
    rtcp,
    Buffer.from(withBody),
    rtcp,
    Buffer.from(request),
  ]);
  for (const step of [1, 7, bytes.length]) {
    const reader = new RtspRequestReader();
    const found = [];
    for (let i = 0; i < bytes.length; i += step) found.push(...reader.read(bytes.subarray(i, i + step)));
    expect(found.map(({ method }) => method)).toEqual(['SETUP', 'GET_PARAMETER', 'SETUP']);
    expect(found[0]?.headers.get('transport')).toBe('RTP/AVP/TCP');
  }
});

test('an endless head and an absurd body are refused', () => {
  expect(() => new RtspRequestReader().read(Buffer.alloc(20_000, 0x41))).toThrow(RangeError);
  const large = 'DESCRIBE rtsp://h/ RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n';
  expect(() => new RtspRequestReader().read(Buffer.from(large))).toThrow(RangeError);
});

test('a response carries the sequence number and nothing a client slipped into it', () => {
  expect(rtspResponse('200 OK', '5\r\nX: y', { Public: 'OPTIONS' })).toBe(
    'RTSP/1.0 200 OK\r\nCSeq: 5\r\nServer: virtual-camera\r\nPublic: OPTIONS\r\n\r\n',
  );
});
