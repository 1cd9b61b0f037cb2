import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { AddressGuard } from './address-guard.ts';
import { describeStream } from './describe-stream.ts';
import { parseStreamAddress } from './device-address.ts';
import { tracksOf } from './session-description.ts';

const guard = new AddressGuard({ allowLoopback: true, allowLinkLocal: false });
const signal = new AbortController().signal;
let server: Server | undefined;
afterEach(() => void server?.close());

/** One answer per request, made from its text. */
async function device(answer: (request: string) => string): Promise<string> {
  server = createServer((socket) => {
    socket.on('data', (bytes) => socket.write(answer(bytes.toString())));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/main`;
}

const sdp = [
  'v=0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H265/90000',
  'm=audio 0 RTP/AVP 8',
  'm=application 0 RTP/AVP 107',
].join('\r\n');
const ok = (body: string): string =>
  `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test('tells picture and sound, also sound known by its number only', async () => {
  const address = parseStreamAddress(await device(() => ok(sdp)));
  await expect(describeStream(address, undefined, guard, signal)).resolves.toEqual({
    picture: { codec: 'h265' },
    sound: { codec: 'PCMA', sampleRateHz: 8000 },
  });
});

test('answers a digest challenge, and a wrong password is refused', async () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const url = await device((request) => {
    const uri = /uri="([^"]*)"/.exec(request)?.[1] ?? '';
    const expected = md5(`${md5('viewer:cam:s3cret')}:n0nce:${md5(`DESCRIBE:${uri}`)}`);
    return request.includes(`response="${expected}"`)
      ? ok(sdp)
      : 'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="cam", nonce="n0nce"\r\n\r\n';
  });
  const address = parseStreamAddress(url);
  const login = { username: 'viewer', password: 's3cret' };
  await expect(describeStream(address, login, guard, signal)).resolves.toHaveProperty('picture');
  await expect(describeStream(address, { ...login, password: 'no' }, guard, signal)).rejects.toMatchObject({
    code: 'login-refused',
  });
});

test.each([
  ['another protocol', () => 'HTTP/1.1 200 OK\r\n\r\n', 'no-usable-stream'],
  ['a redirect', () => 'RTSP/1.0 302 Moved\r\nLocation: rtsp://127.0.0.1/\r\n\r\n', 'no-usable-stream'],
  [
    'a description that never ends',
    () => `RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n${'a'.repeat(70_000)}`,
    'no-usable-stream',
  ],
  ['a description without media', () => ok('v=0\r\n'), 'no-usable-stream'],
])('%s is no stream', async (_what, answer, code) => {
  const address = parseStreamAddress(await device(answer));
  await expect(describeStream(address, undefined, guard, signal)).rejects.toMatchObject({ code });
});

test('the guard is asked before anything connects', async () => {
  const address = parseStreamAddress('rtsp://127.0.0.1:9/x');
  const strict = new AddressGuard({ allowLoopback: false, allowLinkLocal: false });
  await expect(describeStream(address, undefined, strict, signal)).rejects.toMatchObject({
    code: 'address-not-allowed',
  });
  await expect(describeStream(address, undefined, guard, signal)).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test.each(['JPEG', 'MP4V-ES', 'VP8', 'AV1'])(
  'a picture in %s is named as none that can be recorded',
  (name) => {
    const described = tracksOf(`v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 ${name}/90000`);
    expect(described.picture).toEqual({ codec: 'other' });
  },
);

test('any description is read at once, and says no more than a codec and a rate', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom(
      'm=video 0 RTP/AVP 96',
      'm=audio 0 RTP/AVP 0',
      'm=video 1/2 RTP/SAVP 9',
      'a=rtpmap:96 H264/90000',
    ),
    fc.string({ maxLength: 100 }).map((text) => `a=rtpmap:96 ${text}`),
    fc.string({ maxLength: 100 }).map((text) => `m=${text}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const { picture, sound } = tracksOf(lines.join(end));
      if (picture !== undefined) expect(['h264', 'h265', 'other']).toContain(picture.codec);
      if (sound !== undefined) expect(sound.codec).toMatch(/^[\w.-]{1,30}$/);
    }),
  );
  const startedAtMs = performance.now();
  tracksOf(`m=audio 0 RTP/AVP 96\r\na=rtpmap:96 ${'a'.repeat(64_000)}`);
  tracksOf('m=video 0 RTP/AVP 96\r\n'.repeat(2_600));
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
});

test('hostile descriptions are read without harm', () => {
  expect(tracksOf(`m=video 0 RTP/AVP 999\r\na=rtpmap:999 ${'H264'.repeat(50)}/90000`)).toEqual({
    picture: { codec: 'other' },
    sound: undefined,
  });
  expect(tracksOf('m=audio 0 RTP/AVP 97\r\na=rtpmap:97 mpeg4-generic/16000/1')).toMatchObject({
    sound: { codec: 'AAC', sampleRateHz: 16000 },
  });
});
