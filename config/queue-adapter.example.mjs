#!/usr/bin/env node
/*
 * Example: hands what a queue machine writes to the monitor. Plain Node >= 20, no packages; copy it and change `toTransaction`
 * to what your machine writes.
 *
 *   node queue-adapter.example.mjs SETTINGS.json
 *
 * SETTINGS.json (paths start at its directory):
 *   {
 *     "monitor": "https://monitor.example.vn:8443",
 *     "keyFile": "queue.key",              the key POST /api-keys answered; chmod 600
 *     "file": "/var/queue/today.csv",      CSV with a header line (, or ;), or JSON lines when it ends with .jsonl
 *     "positionFile": "queue.position",    how far the file was sent; refused lines go to queue.position.refused
 *     "counters": { "1": "COUNTER-ID" }    the machine's desk number to the monitor's counter id
 *   }
 * A certificate of your own authority: NODE_EXTRA_CA_CERTS=/path/ca.pem.
 *
 * The machine appends a line when a service starts and again when it ends. Sending a line twice does no harm: the same counter,
 * ticket and start are the same service. So the position is saved after the monitor said yes, and nothing is lost by a crash.
 */
import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 1_000;
const longestPauseMs = 60_000;
const batchSize = 200;
const mostBytesAtOnce = 256 * 1024;

const settingsFile = process.argv[2];
if (settingsFile === undefined) {
  process.stderr.write('usage: queue-adapter SETTINGS.json\n');
  process.exit(2);
}
const settings = JSON.parse(readFileSync(settingsFile, 'utf8'));
const at = (path) => resolve(dirname(resolve(settingsFile)), path);
const positionFile = at(settings.positionFile);
const queueFile = at(settings.file);
const key = readFileSync(at(settings.keyFile), 'utf8').trim();

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

/** One line of the machine, as `{field: text}`, to what the monitor takes. Times: RFC 3339 with an offset, or UTC ms. */
function toTransaction(line) {
  const counterId = settings.counters[line.counter];
  if (counterId === undefined) throw new Error(`no counter is set for desk ${line.counter}`);
  const filled = Object.entries({
    ticket: line.ticket,
    dossierCode: line.dossierCode,
    officialCode: line.officialCode,
    startedAt: line.startedAt,
    endedAt: line.endedAt,
  }).filter(([, value]) => value !== undefined && value !== '');
  return { counterId, ...Object.fromEntries(filled) };
}

function readPosition() {
  try {
    return JSON.parse(readFileSync(positionFile, 'utf8'));
  } catch {
    return { inode: 0, offset: 0, header: '' };
  }
}

function savePosition(position) {
  writeFileSync(`${positionFile}.new`, JSON.stringify(position), { mode: 0o600 });
  renameSync(`${positionFile}.new`, positionFile);
}

/** Whole lines after the position, and the position after them. A new or shorter file is read from its start. */
function readLines(position) {
  let file;
  try {
    file = openSync(queueFile, 'r');
  } catch (error) {
    if (error.code === 'ENOENT') return { lines: [], next: position };
    throw error;
  }
  try {
    const { ino, size } = fstatSync(file);
    const same = ino === position.inode && size >= position.offset;
    const from = same ? position : { inode: ino, offset: 0, header: '' };
    const bytes = Buffer.alloc(Math.min(mostBytesAtOnce, size - from.offset));
    const read = readSync(file, bytes, 0, bytes.length, from.offset);
    const end = bytes.subarray(0, read).lastIndexOf(10) + 1;
    const lines = bytes.toString('utf8', 0, end).split(/\r?\n/).slice(0, -1);
    const next = { ...from, inode: ino, offset: from.offset + end };
    if (from.offset === 0 && !queueFile.endsWith('.jsonl') && lines.length > 0) {
      next.header = lines.shift().replace(/^\uFEFF/, '');
    }
    return { lines: lines.filter((line) => line.trim() !== ''), next };
  } finally {
    closeSync(file);
  }
}

/** A line of CSV without line breaks in its cells. */
function cellsOf(line, separator) {
  const cells = [''];
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells.map((cell) => cell.trim());
}

function parseLine(line, header) {
  if (queueFile.endsWith('.jsonl')) return JSON.parse(line);
  const separator = header.includes(';') ? ';' : ',';
  const cells = cellsOf(line, separator);
  return Object.fromEntries(cellsOf(header, separator).map((name, index) => [name, cells[index]]));
}

function refuse(line, reason) {
  process.stderr.write(`refused: ${reason}: ${line}\n`);
  appendFileSync(`${positionFile}.refused`, `${reason}\t${line}\n`, { mode: 0o600 });
}

/** Tries until the monitor answers. True: it has them. False: it will never take them as they are. */
async function send(items) {
  for (let pauseMs = 1_000; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      const response = await fetch(new URL('/api/v1/transactions', settings.monitor), {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ items }),
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(30_000)]),
      });
      if (response.ok) return { taken: true };
      const problem = await response.json().catch(() => ({}));
      if (response.status === 400 || response.status === 404) {
        return { taken: false, reason: problem.detail ?? `status ${response.status}` };
      }
      // A wrong key, too: it can be mended while this waits, and nothing is lost.
      process.stderr.write(
        `the monitor answered ${response.status} (${problem.detail ?? ''}); trying again\n`,
      );
    } catch (error) {
      stopping.signal.throwIfAborted();
      process.stderr.write(
        `the monitor is not reached (${error.cause?.code ?? error.message}); trying again\n`,
      );
    }
    await delay(pauseMs, undefined, { signal: stopping.signal });
  }
}

async function sendLines(lines, header) {
  const items = [];
  for (const line of lines) {
    try {
      items.push({ line, item: toTransaction(parseLine(line, header)) });
    } catch (error) {
      refuse(line, error.message);
    }
  }
  for (let start = 0; start < items.length; start += batchSize) {
    const batch = items.slice(start, start + batchSize);
    const { taken } = await send(batch.map(({ item }) => item));
    if (taken) continue;
    // One bad line must not keep the others back.
    for (const { line, item } of batch) {
      const { taken: alone, reason } = await send([item]);
      if (!alone) refuse(line, reason);
    }
  }
}

try {
  for (;;) {
    const position = readPosition();
    const { lines, next } = readLines(position);
    await sendLines(lines, next.header);
    if (next.offset !== position.offset || next.inode !== position.inode) savePosition(next);
    else await delay(lookEveryMs, undefined, { signal: stopping.signal });
  }
} catch (error) {
  if (!stopping.signal.aborted) throw error;
}
