// Scans one object of an archive. A process of its own, since Node reads NODE_EXTRA_CA_CERTS at its start only.
// node scan-archive.mjs '{"settings": {...}, "key": "...", "pieces": 1}'; `pieces`: how many to look at, all if absent.
// Prints {bytes, sha256, pieces}, or {code, hint, pieces} of what it was refused with.
import { createHash } from 'node:crypto';
import process from 'node:process';
import { openObjectStore } from '@minhbach/shared/object-store';

const { settings, key, pieces: most = Infinity } = JSON.parse(process.argv[2] ?? '{}');
const store = await openObjectStore(settings);
const hash = createHash('sha256');
let [bytes, pieces] = [0, 0];
const look = (piece) => {
  hash.update(piece);
  bytes += piece.length;
  pieces += 1;
  return pieces < most;
};
try {
  await store.scan(key, { signal: new globalThis.AbortController().signal, look });
  process.stdout.write(JSON.stringify({ bytes, sha256: hash.digest('hex'), pieces }));
} catch (error) {
  process.stdout.write(JSON.stringify({ code: error.code, hint: error.hint, pieces }));
}
await store.close();
