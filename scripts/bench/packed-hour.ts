import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  evidenceFormat,
  monitorSignerName,
  recorderOrigin,
  type PackagePlan,
  type Trust,
} from '@minhbach/shared/evidence';
import {
  canonicalJson,
  checkpointText,
  formatNote,
  fragmentsRoot,
  inclusionProof,
  leafHash,
  signNoteText,
  TiledTree,
  verifierKey,
  type NoteSigner,
  type SignatureKind,
} from '@minhbach/shared/ledger';
import { wholePieces } from '@minhbach/shared/media';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  counterIdSchema,
  exportIdSchema,
  monitorIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';

const segmentMs = 60_000;

/** A minute of picture (1080p25, 2 Mbit/s, a keyframe every 2 s) and of sound, in fragments of 200 ms. */
export function filmMinute(directory: string): { readonly picture: string; readonly sound: string } {
  const [picture, sound] = [join(directory, 'picture.mp4'), join(directory, 'sound.mp4')];
  const fragments = [
    '-movflags',
    '+empty_moov+default_base_moof+frag_keyframe+skip_trailer',
    '-frag_duration',
    '200000',
  ];
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=25', '-t', '60', '-c:v', 'libx264'],
    ...[
      '-preset',
      'ultrafast',
      '-b:v',
      '2M',
      '-minrate',
      '2M',
      '-maxrate',
      '2M',
      '-bufsize',
      '2M',
      '-g',
      '50',
    ],
    ...['-bf', '0', '-pix_fmt', 'yuv420p', ...fragments, picture],
  ]);
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000', '-t', '60'],
    ...['-c:a', 'aac', '-b:a', '32k', ...fragments, sound],
  ]);
  return { picture, sound };
}

/**
 * The plan of a package of `minutes` of so many cameras and one microphone: the same minute of real footage again and
 * again, read from an archive in a directory, each time stated by an entry of its own in a ledger whose head is signed
 * and witnessed.
 */
export async function planOf(
  files: { readonly picture: string; readonly sound: string },
  minutes: number,
  cameras = 1,
): Promise<{ readonly plan: PackagePlan; readonly trust: Trust }> {
  const start = 1_790_000_000_000;
  const archive = await DirectoryObjectStore.open({ path: dirname(files.picture) });
  const [recorderId, monitorId] = [newId(recorderIdSchema), newId(monitorIdSchema)];
  const source = (kind: 'camera' | 'microphone', file: string, name: string) => ({
    ...{ id: newId(sourceIdSchema), kind, file, name },
  });
  const sources = [
    ...Array.from({ length: cameras }, (_, nth) => source('camera', files.picture, `Camera ${nth + 1}`)),
    source('microphone', files.sound, 'Micrô'),
  ];
  const texts: string[] = [];
  const stated = [];
  for (const of of sources) {
    const facts = factsOf(await readFile(of.file));
    const entries: SegmentSealed[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      const startUtcMs = utcMs(start + minute * segmentMs);
      const segmentId = newId(segmentIdSchema);
      const entry: SegmentSealed = {
        ...facts,
        ...{ kind: 'segment-sealed', seq: texts.length, at: utcMs(startUtcMs + segmentMs + 1_000) },
        ...{ segmentId, sourceId: of.id, captureId: newId(captureIdSchema) },
        ...{ startUtcMs, endUtcMs: utcMs(startUtcMs + segmentMs) },
        key: `r/${recorderId}/s/${of.id}/${startUtcMs}-${segmentId}.mp4`,
      };
      texts.push(canonicalJson(entry));
      entries.push(entry);
    }
    stated.push({ source: of, entries });
  }
  const recorder = newSigner(recorderOrigin(recorderId, 0), 'ed25519');
  const monitor = newSigner(monitorSignerName(monitorId), 'ed25519');
  const witness = newSigner('minhbach/w/bench', 'cosignature');
  const leaves = texts.map((text) => leafHash(Buffer.from(text)));
  const tree = TiledTree.of(leaves);
  const text = checkpointText({
    ...{ origin: recorder.key.name, size: leaves.length, root: tree.root() },
  });
  const signatures = [recorder, witness].map((by) => signNoteText(text, by, start / 1_000));
  return {
    trust: {
      keys: [
        { recorderId, publicKey: base64url(recorder.key.publicKey) },
        { monitorId, publicKey: base64url(monitor.key.publicKey) },
        { witness: witness.key.name, publicKey: base64url(witness.key.publicKey) },
      ],
    },
    plan: {
      manifest: {
        ...{ format: evidenceFormat, packageId: newId(exportIdSchema), createdAt: utcMs(start) },
        ...{ monitorId, monitorPublicKey: base64url(monitor.key.publicKey) },
        counter: { id: newId(counterIdSchema), name: 'Quầy', site: 'Điểm', unit: 'Đơn vị' },
        ...{ fromUtcMs: utcMs(start), toUtcMs: utcMs(start + minutes * segmentMs) },
      },
      readMe: Buffer.from('<!doctype html><title>bench</title>'),
      custody: { reason: 'bench' },
      ledgers: [
        {
          ...{ recorderId, generation: 0, publicKey: base64url(recorder.key.publicKey) },
          checkpoint: formatNote({ text, signatures }),
          entries: texts.map((entry, seq) => ({
            text: entry,
            proof: inclusionProof(tree, seq, leaves.length).map((hash) =>
              Buffer.from(hash).toString('base64'),
            ),
          })),
        },
      ],
      sources: stated.map(({ source: { id, kind, name, file }, entries }) => ({
        ...{ id, kind, name, recorderId, gaps: [] },
        segments: entries.map((entry) => ({
          ...{ entry, generation: 0 },
          read: (signal: AbortSignal, into: Uint8Array) => storedBytes(archive, basename(file), signal, into),
        })),
      })),
      clips: [],
      signer: monitor,
    },
  };
}

async function* storedBytes(
  archive: DirectoryObjectStore,
  key: string,
  signal: AbortSignal,
  into: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield* (await archive.get(key, { signal, into })) as AsyncIterable<Buffer>;
}

function factsOf(bytes: Buffer) {
  const pieces = wholePieces(bytes);
  if (pieces === undefined) throw new Error('the footage of the bench is not whole');
  const { init, initBytes, fragments } = pieces;
  const startTicks = fragments[0]?.fragment.tfdt ?? 0;
  const toMs = (ticks: number) => Math.round(((ticks - startTicks) * 1_000) / init.timescale);
  const isPicture = init.mime.startsWith('video');
  return {
    ...{ firstTfdt: startTicks, timescale: init.timescale, bytes: bytes.length, initBytes },
    fragments: fragments.length,
    sha256: sha256HexSchema.parse(createHash('sha256').update(bytes).digest('hex')),
    fragmentsRoot: sha256HexSchema.parse(
      fragmentsRoot(
        bytes.subarray(0, initBytes),
        fragments.map(({ start, end }) => bytes.subarray(start, end)),
      ),
    ),
    ...{ codec: init.codec, mime: init.mime },
    keyframes: isPicture
      ? fragments.flatMap(({ fragment }) => (fragment.startsWithKeyframe ? [toMs(fragment.tfdt)] : []))
      : [],
    ...{ clockErrorMs: 10, recovered: false },
  };
}

export function newSigner(name: string, kind: SignatureKind): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
  return { key: verifierKey(name, kind, raw), privateKey };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
