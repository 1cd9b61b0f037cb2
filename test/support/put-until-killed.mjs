// Puts large objects into an archive, one after the other, until it is killed.
// node put-until-killed.mjs '{"settings": {...}, "prefix": "...", "bytes": 16777216}'. Prints each key before it is put.
import { createHash, randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { openObjectStore } from '@minhbach/shared/object-store';

const { settings, prefix, bytes } = JSON.parse(process.argv[2] ?? '{}');
const { signal } = new globalThis.AbortController();
const store = await openObjectStore(settings);
const body = randomBytes(bytes);
for (let nth = 0; ; nth += 1) {
  body.writeUInt32BE(nth, 0);
  const sha256 = createHash('sha256').update(body).digest('hex');
  writeSync(1, `${prefix}/${nth}-${sha256}\n`);
  await store.put(`${prefix}/${nth}-${sha256}`, body, { sha256, contentType: 'video/mp4', signal });
}
