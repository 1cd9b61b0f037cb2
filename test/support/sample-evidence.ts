import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  monitorSignerName,
  recorderOrigin,
  writePackage,
  type LedgerExtract,
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
  treeRoot,
  verifierKey,
  type NoteSigner,
  type SignatureKind,
  type TreeHashes,
} from '@minhbach/shared/ledger';
import { BoxSplitter, readFragment, readInitSegment } from '@minhbach/shared/media';
import type { RecorderEntry, SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  counterIdSchema,
  gapIdSchema,
  monitorIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
  type SourceId,
} from '@minhbach/shared/units-of-measure';

/** Where the sample's footage begins. */
export const sampleStart = 1_790_000_000_000;

export interface SampleEvidence {
  readonly plan: PackagePlan;
  readonly trust: Trust;
  /** Picture and sound: 12 s, cut at 4 s and 8 s, the middle of the sound a stated gap. */
  readonly picture: SourceId;
  readonly sound: SourceId;
}

interface Sealed {
  readonly entry: SegmentSealed;
  readonly bytes: Uint8Array;
}

/** Real footage by ffmpeg, sealed, stated in a ledger whose head is signed and witnessed, and ready to be packed. */
export function sampleEvidence(of: { readonly from?: number; readonly to?: number } = {}): SampleEvidence {
  const [picture, sound] = [newId(sourceIdSchema), newId(sourceIdSchema)];
  const recorderId = newId(recorderIdSchema);
  const monitorId = newId(monitorIdSchema);
  const drafts = [
    ...seal(picture, encode('testsrc2=size=320x180:rate=25', pictureCoder)),
    ...seal(sound, encode('sine=frequency=440:sample_rate=16000', '-c:a aac -b:a 32k')),
  ];
  const texts: string[] = [];
  const state = (entry: RecorderEntry): number => {
    texts.push(canonicalJson(entry));
    return entry.seq;
  };
  const place = (): { seq: number; at: ReturnType<typeof utcMs> } => ({
    seq: texts.length,
    at: utcMs(sampleStart + 20_000),
  });
  state({ ...place(), kind: 'recorder-stopped', reason: 'an entry that no package needs' });
  const sealed: Sealed[] = [];
  const gaps: number[] = [];
  for (const { entry, bytes } of drafts) {
    if (entry.sourceId === sound && entry.startUtcMs === sampleStart + 4_000) {
      gaps.push(
        state({
          ...{ ...place(), kind: 'gap', gapId: newId(gapIdSchema), sourceId: sound, cause: 'camera-stalled' },
          ...{ fromUtcMs: entry.startUtcMs, toUtcMs: entry.endUtcMs, evidence: 'nothing came' },
        }),
      );
      continue;
    }
    const stated = { ...entry, ...place() };
    state(stated);
    sealed.push({ entry: stated, bytes });
  }
  const recorder = signer(recorderOrigin(recorderId, 0), 'ed25519');
  const monitor = signer(monitorSignerName(monitorId), 'ed25519');
  const witness = signer('minhbach/w/inspectorate', 'cosignature');
  const ledger = extract(texts, recorderId, recorder, witness);
  const source = (id: SourceId, kind: 'camera' | 'microphone', name: string) => ({
    ...{ id, kind, name, recorderId },
    gaps: kind === 'microphone' ? gaps.map((entry) => ({ generation: 0, entry })) : [],
    segments: sealed
      .filter(({ entry }) => entry.sourceId === id)
      .map(({ entry, bytes }) => ({ entry, generation: 0, read: async () => bytes })),
  });
  return {
    picture,
    sound,
    trust: {
      keys: [
        { recorderId, publicKey: base64url(recorder.key.publicKey) },
        { monitorId, publicKey: base64url(monitor.key.publicKey) },
        { witness: witness.key.name, publicKey: base64url(witness.key.publicKey) },
      ],
    },
    plan: {
      manifest: {
        format: 'minh-bach-evidence/1',
        packageId: newId(captureIdSchema),
        createdAt: utcMs(sampleStart + 60_000),
        monitorId,
        monitorPublicKey: base64url(monitor.key.publicKey),
        counter: {
          id: newId(counterIdSchema),
          name: 'Quầy 1 · Đất đai',
          site: 'Đông Hà',
          unit: 'UBND phường',
        },
        fromUtcMs: utcMs(sampleStart + (of.from ?? 1_500)),
        toUtcMs: utcMs(sampleStart + (of.to ?? 10_500)),
      },
      readMe: Buffer.from('<!doctype html><title>Minh Bạch</title>'),
      custody: { askedBy: 'investigator', reason: 'khiếu nại' },
      ledgers: [ledger],
      sources: [source(picture, 'camera', 'Camera quầy 1'), source(sound, 'microphone', 'Micrô quầy 1')],
      clips: [],
      signer: monitor,
    },
  };
}

/** The package as bytes. */
export async function packed(plan: PackagePlan): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await writePackage(plan, async (bytes) => void parts.push(bytes), new AbortController().signal);
  return Buffer.concat(parts);
}

const pictureCoder =
  '-pix_fmt yuv420p -c:v libx264 -preset ultrafast -x264-params keyint=25:scenecut=0:bframes=0';

function encode(input: string, coder: string): Uint8Array {
  const fragmented =
    '-f mp4 -movflags empty_moov+default_base_moof+frag_keyframe -frag_duration 200000 pipe:1';
  const run = spawnSync(
    'ffmpeg',
    ['-v', 'error', ...`-f lavfi -i ${input} -t 12 ${coder} ${fragmented}`.split(' ')],
    {
      maxBuffer: 1 << 26,
    },
  );
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout;
}

/** Cuts footage at 4 s and 8 s, as the recorder does: at a keyframe, timestamps running on. */
function seal(sourceId: SourceId, stream: Uint8Array): Sealed[] {
  const [first, ...pieces] = new BoxSplitter().push(stream);
  if (first?.kind !== 'init') throw new Error('no init segment');
  const init = readInitSegment(first.bytes);
  const captureId = newId(captureIdSchema);
  const parts: { readonly bytes: Uint8Array[]; readonly tfdt: number; end: number }[] = [];
  for (const { bytes } of pieces) {
    const { tfdt, durationTicks, startsWithKeyframe } = readFragment(bytes, init);
    const isDue = startsWithKeyframe && tfdt >= parts.length * 4 * init.timescale - init.timescale / 10;
    if (parts.length < 3 && isDue) parts.push({ bytes: [], tfdt, end: 0 });
    const part = parts.at(-1);
    part?.bytes.push(bytes);
    if (part !== undefined) part.end = tfdt + durationTicks;
  }
  return parts.map((part, index) => {
    const bytes = Buffer.concat([first.bytes, ...part.bytes]);
    const startUtcMs = utcMs(sampleStart + index * 4_000);
    const entry: SegmentSealed = {
      ...{
        kind: 'segment-sealed',
        seq: 0,
        at: startUtcMs,
        segmentId: newId(segmentIdSchema),
        sourceId,
        captureId,
      },
      startUtcMs,
      endUtcMs: utcMs(sampleStart + (index + 1) * 4_000),
      ...{
        firstTfdt: part.tfdt,
        timescale: init.timescale,
        bytes: bytes.length,
        initBytes: first.bytes.length,
      },
      fragments: part.bytes.length,
      sha256: sha256HexSchema.parse(createHash('sha256').update(bytes).digest('hex')),
      fragmentsRoot: sha256HexSchema.parse(fragmentsRoot(first.bytes, part.bytes)),
      ...{ codec: init.codec, mime: init.mime, keyframes: [], clockErrorMs: 5, recovered: false, key: 'r/x' },
    };
    return { entry, bytes };
  });
}

function extract(
  texts: readonly string[],
  recorderId: LedgerExtract['recorderId'],
  recorder: NoteSigner,
  witness: NoteSigner,
): LedgerExtract {
  const leaves = texts.map((text) => leafHash(Buffer.from(text)));
  const tree: TreeHashes = { hashes: (_level, first, count) => leaves.slice(first, first + count) };
  const origin = recorder.key.name;
  const text = checkpointText({ origin, size: leaves.length, root: treeRoot(tree, leaves.length) });
  const signatures = [recorder, witness].map((by) => signNoteText(text, by, sampleStart / 1_000));
  return {
    recorderId,
    generation: 0,
    publicKey: base64url(recorder.key.publicKey),
    checkpoint: formatNote({ text, signatures }),
    entries: texts.flatMap((entry, index) =>
      index === 0
        ? []
        : [
            {
              text: entry,
              proof: inclusionProof(tree, index, leaves.length).map((hash) =>
                Buffer.from(hash).toString('base64'),
              ),
            },
          ],
    ),
  };
}

function signer(name: string, kind: SignatureKind): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: verifierKey(name, kind, rawKey(publicKey)), privateKey };
}

function rawKey(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
