import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OutputPipe } from './output-pipe.ts';

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

/** A process that writes what it is sent on stdin, and says on stderr how much it has written so far. */
const echo = `
  const { writeSync } = require('node:fs');
  let total = 0;
  process.stdin.on('data', (bytes) => {
    for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
    total += bytes.length;
    writeSync(2, total + ' ');
  });
`;

function started() {
  const process_ = spawn(process.execPath, ['-e', echo]);
  child = process_;
  const chunks: Uint8Array[] = [];
  const pipe = new OutputPipe(process_.stdout, (chunk) => void chunks.push(chunk));
  process_.once('exit', () => pipe.flow());
  const told = () => Buffer.concat(chunks);
  let said = '';
  process_.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const hasWritten = (bytes: number) =>
    until(process_.stderr, () => said.split(' ').some((total) => Number(total) >= bytes));
  return { process: process_, pipe, chunks, told, hasWritten };
}

async function until(stream: Readable, holds: () => boolean): Promise<void> {
  while (!holds()) await once(stream, 'data', { signal: AbortSignal.timeout(20_000) });
}

describe('an output that gathers', () => {
  it('tells nothing until it is read, then all of it in one piece', async () => {
    const { process, pipe, chunks, told, hasWritten } = started();
    pipe.gather();
    process.stdin.write('one ');
    await hasWritten(4);
    process.stdin.write('two');
    await hasWritten(7);
    expect(chunks).toEqual([]);
    pipe.read();
    expect(told().toString()).toBe('one two');
    expect(chunks).toHaveLength(1);
    pipe.read();
    expect(chunks).toHaveLength(1);
  });

  it('flows again with what has gathered and what comes, in order', async () => {
    const { process, pipe, told, hasWritten } = started();
    process.stdin.write('flows ');
    await until(process.stdout, () => told().length === 6);
    pipe.gather();
    process.stdin.write('gathers ');
    await hasWritten(14);
    pipe.flow();
    process.stdin.write('flows');
    await until(process.stdout, () => told().length === 19);
    expect(told().toString()).toBe('flows gathers flows');
  });

  it('lets a process that has to wait for room go on, without being asked again', async () => {
    const { process, pipe, told, hasWritten } = started();
    pipe.gather();
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
    process.stdin.write(sent);
    // Until the socket is full nothing is said, and after that neither: the first read is what starts it.
    while (told().length === 0) {
      pipe.read();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await hasWritten(sent.length);
    // It has written all, and what is left of that fits into the socket.
    pipe.flow();
    while (told().length < sent.length) await new Promise((resolve) => setTimeout(resolve, 5));
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(told())).toBe(digest(sent));
  });

  it('does not write over what it told before', async () => {
    const { process, pipe, chunks, hasWritten } = started();
    pipe.gather();
    for (const [index, text] of ['first', 'second', 'third'].entries()) {
      process.stdin.write(text);
      await hasWritten(['first', 'firstsecond', 'firstsecondthird'][index]?.length ?? 0);
      pipe.read();
    }
    expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(['first', 'second', 'third']);
  });

  it('is read to its end when the process is gone', async () => {
    const { process, pipe, told, hasWritten } = started();
    pipe.gather();
    process.stdin.write('last words');
    await hasWritten(10);
    process.kill('SIGKILL');
    await once(process, 'close', { signal: AbortSignal.timeout(20_000) });
    expect(told().toString()).toBe('last words');
    pipe.gather();
    pipe.read();
    expect(told().toString()).toBe('last words');
  });

  it('ends by itself when it is read at its end', async () => {
    const process_ = spawn(process.execPath, [
      '-e',
      'require("node:fs").closeSync(1); setInterval(() => {}, 1e6)',
    ]);
    child = process_;
    const pipe = new OutputPipe(process_.stdout, () => undefined);
    pipe.gather();
    const reading = setInterval(() => pipe.read(), 5);
    try {
      await once(process_.stdout, 'close', { signal: AbortSignal.timeout(20_000) });
    } finally {
      clearInterval(reading);
    }
  });
});

it('a stream without a handle flows always', () => {
  const stream = new PassThrough();
  const chunks: Uint8Array[] = [];
  const pipe = new OutputPipe(stream, (chunk) => void chunks.push(chunk));
  pipe.gather();
  stream.write('told');
  stream.read();
  expect(Buffer.concat(chunks).toString()).toBe('told');
});
