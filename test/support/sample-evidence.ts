import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  monitorSignerName,
  recorderOrigin,
  writePackage,
  type PackagePlan,
  type Trust,
} from '@minhbach/shared/evidence';
import { canonicalJson, fragmentsRoot } from '@minhbach/shared/ledger';
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
import { base64url, newSigner, signedExtract } from './signed-ledger.ts';

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
  const recorder = newSigner(recorderOrigin(recorderId, 0), 'ed25519');
  const monitor = newSigner(monitorSignerName(monitorId), 'ed25519');
  const witness = newSigner('minhbach/w/inspectorate', 'cosignature');
  const ledger = signedExtract({
    ...{ texts, recorderId, generation: 0, recorder, witness, atUnixS: sampleStart / 1_000 },
    seqs: texts.map((_, seq) => seq).slice(1),
  });
  const source = (id: SourceId, kind: 'camera' | 'microphone', name: string) => ({
    ...{ id, kind, name, recorderId },
    gaps: kind === 'microphone' ? gaps.map((entry) => ({ generation: 0, entry })) : [],
    segments: sealed
      .filter(({ entry }) => entry.sourceId === id)
      .map(({ entry, bytes }) => ({ entry, generation: 0, read: () => oneByOne(bytes) })),
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
  await writePackage(
    plan,
    async (bytes) => void parts.push(Uint8Array.from(bytes)),
    new AbortController().signal,
  );
  return Buffer.concat(parts);
}

/** In pieces, as from a disk or a line. */
async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
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
