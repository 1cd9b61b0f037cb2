import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeMediaPiece, encodeMediaPiece, mediaFrameKinds } from './media-frame.ts';

const piece = fc.record({
  kind: fc.constantFrom(...Object.values(mediaFrameKinds)),
  channel: fc.integer({ min: 0, max: 0xffff_ffff }),
  first: fc.boolean(),
  last: fc.boolean(),
  meta: fc.string({ unit: 'grapheme', maxLength: 300 }),
  payload: fc.uint8Array({ maxLength: 2_000 }),
});

test('what is encoded decodes to the same', () => {
  fc.assert(
    fc.property(piece, (given) => {
      const decoded = decodeMediaPiece(encodeMediaPiece(given));
      expect({ ...decoded, payload: Array.from(decoded?.payload ?? []) }).toEqual({
        ...given,
        payload: Array.from(given.payload),
      });
    }),
  );
});

test('any bytes at all decode to a piece or to nothing, never to an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const decoded = decodeMediaPiece(bytes);
      if (decoded !== undefined) expect(decoded.payload.length).toBeLessThanOrEqual(bytes.length - 8);
    }),
  );
});

test('a piece cut short or of a kind nobody knows is nothing', () => {
  const bytes = encodeMediaPiece({
    kind: mediaFrameKinds.footage,
    channel: 7,
    first: true,
    last: true,
    meta: '{"totalBytes":3}',
    payload: Uint8Array.of(1, 2, 3),
  });
  expect(decodeMediaPiece(bytes.subarray(0, 20))).toBeUndefined();
  expect(decodeMediaPiece(Uint8Array.from(bytes, (byte, index) => (index === 0 ? 9 : byte)))).toBeUndefined();
});

test('the layout on the wire does not move', () => {
  const bytes = encodeMediaPiece({
    kind: mediaFrameKinds.liveFragment,
    channel: 0x01020304,
    first: true,
    last: false,
    meta: '{}',
    payload: Uint8Array.of(0xaa),
  });
  expect(Buffer.from(bytes).toString('hex')).toBe('0201000201020304' + '7b7d' + 'aa');
});
