import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactor, StreamAddressError, streamScript } from './stream-address.ts';

describe('streamScript', () => {
  it('carries the address and what RTSP needs', () => {
    expect(streamScript('rtsp://admin:p%40ss@10.0.0.7:554/main?channel=1', { only: 'audio' })).toBe(
      [
        'ffconcat version 1.0',
        "file 'rtsp://admin:p%40ss@10.0.0.7:554/main?channel=1'",
        'option rtsp_transport tcp',
        'option timeout 5000000',
        'option analyzeduration 500000',
        'option fpsprobesize 3',
        'option allowed_media_types audio',
        '',
      ].join('\n'),
    );
  });

  it.each([
    'file:///etc/passwd',
    'concat:a|b',
    'http://10.0.0.7/',
    'rtsp:',
    '/etc/passwd',
    "rtsp://\nfile 'x'",
  ])('refuses %p', (url) => {
    expect(() => streamScript(url)).toThrow(StreamAddressError);
  });

  it('never lets an address write a line of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const lines = streamScript(`rtsp://user:secret@host/${path}`).split('\n');
        expect(lines).toHaveLength(7);
        expect(lines[1]).toMatch(/^file 'rtsp:\/\/[\x21-\x26\x28-\x7e]+'$/);
      }),
    );
  });
});

describe('redactor', () => {
  it('takes the password out in every form', () => {
    const redact = redactor('rtsp://admin:p%40ss%25word@host/main');
    const said = "Impossible to open 'rtsp://admin:p%40ss%25word@host/main' p@ss%word p%40ss%25word";
    expect(redact(said)).not.toMatch(/ss%/);
    expect(redact('401 Unauthorized')).toBe('401 Unauthorized');
  });
});
