import { layOut, type WireUnit } from '../rtsp/wire-unit.ts';
import { aacPayload, g711Payload, picturePayloads } from '../rtsp/rtp-payload.ts';
import { VirtualCameraError } from '../virtual-camera-error.ts';
import { readAdts } from './adts.ts';
import { accessUnits, nalType, nalUnits, type PictureCodec } from './annex-b.ts';
import { frameNumberStep, gopFrames, PICTURE_FORMATS, type PictureKind } from './picture-recipe.ts';
import { SOUND_FORMATS, soundUnitsPerLap, type SoundKind } from './sound-recipe.ts';

/** One looped track, ready to send: what SDP must say of it, and its units in order. */
export type MediaTrack = {
  readonly medium: 'video' | 'audio';
  readonly payloadType: number;
  readonly encodingName: string;
  readonly clockRate: number;
  readonly formatParameters?: string;
  readonly kilobitsPerSecond: number;
  readonly ticksPerUnit: number;
  /** Units from one place where a receiver can start to the next: a GOP, or 1 for sound. */
  readonly unitsPerEntry: number;
  /** By how much the burnt-in frame number grows per unit; 0 for sound. */
  readonly numberStep: number;
  readonly units: readonly WireUnit[];
};

const PICTURE_PAYLOAD_TYPE = 96;
const AAC_PAYLOAD_TYPE = 97;

/** Reads an elementary stream made by `pictureArguments`. Throws when frames or keyframes are not where they should be. */
export function pictureTrack(kind: PictureKind, stream: Buffer, expectedFrames: number): MediaTrack {
  const format = PICTURE_FORMATS[kind];
  const nals = nalUnits(stream);
  const frames = accessUnits(format.codec, nals);
  const gop = gopFrames(format);
  const misplaced = frames.findIndex((frame, index) => frame.isKeyframe !== (index % gop === 0));
  if (frames.length !== expectedFrames || misplaced >= 0) {
    const found = `${frames.length} frames, first keyframe fault at ${misplaced}`;
    throw new VirtualCameraError(
      'media-unreadable',
      `${kind}: expected ${expectedFrames} frames, found ${found}`,
    );
  }
  return {
    medium: 'video',
    payloadType: PICTURE_PAYLOAD_TYPE,
    encodingName: format.codec === 'h264' ? 'H264' : 'H265',
    clockRate: 90_000,
    formatParameters: pictureParameters(format.codec, nals),
    kilobitsPerSecond: format.kilobitsPerSecond,
    ticksPerUnit: 90_000 / format.framesPerSecond,
    unitsPerEntry: gop,
    numberStep: frameNumberStep(format),
    units: frames.map((frame) =>
      layOut(picturePayloads(format.codec, frame), PICTURE_PAYLOAD_TYPE, frame.isKeyframe),
    ),
  };
}

function pictureParameters(codec: PictureCodec, nals: readonly Buffer[]): string {
  const base64 = (type: number) => parameterSet(codec, nals, type).toString('base64');
  if (codec === 'h265') return `sprop-vps=${base64(32)};sprop-sps=${base64(33)};sprop-pps=${base64(34)}`;
  const profile = parameterSet(codec, nals, 7).subarray(1, 4).toString('hex').toUpperCase();
  return `packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${base64(7)},${base64(8)}`;
}

function parameterSet(codec: PictureCodec, nals: readonly Buffer[], type: number): Buffer {
  const found = nals.find((nal) => nalType(codec, nal) === type);
  if (found === undefined)
    throw new VirtualCameraError('media-unreadable', `no parameter set of type ${type}`);
  return found;
}

/** Reads one lap of sound made by `soundArguments`. */
export function soundTrack(kind: SoundKind, stream: Buffer): MediaTrack {
  const format = SOUND_FORMATS[kind];
  const count = soundUnitsPerLap(format);
  const shared = {
    medium: 'audio',
    clockRate: format.sampleRate,
    kilobitsPerSecond: format.kilobitsPerSecond,
    ticksPerUnit: format.samplesPerUnit,
    unitsPerEntry: 1,
    numberStep: 0,
  } as const;
  if (format.codec === 'aac') {
    const { frames, config } = readAdts(stream);
    // Frame 0 only primes the decoder; the second lap is kept (see soundArguments).
    const lap = frames.slice(1 + count, 1 + 2 * count);
    requireUnits(kind, lap.length, count);
    const mode =
      'streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3';
    return {
      ...shared,
      payloadType: AAC_PAYLOAD_TYPE,
      encodingName: 'MPEG4-GENERIC',
      formatParameters: `${mode};config=${config.toString('hex').toUpperCase()}`,
      units: lap.map((frame) => layOut([aacPayload(frame.payload)], AAC_PAYLOAD_TYPE, true)),
    };
  }
  const payloadType = format.codec === 'pcma' ? 8 : 0;
  requireUnits(kind, stream.length / format.samplesPerUnit, count);
  return {
    ...shared,
    payloadType,
    encodingName: format.codec === 'pcma' ? 'PCMA' : 'PCMU',
    units: Array.from({ length: count }, (_, index) => {
      const start = index * format.samplesPerUnit;
      const payload = g711Payload(stream.subarray(start, start + format.samplesPerUnit));
      return layOut([payload], payloadType, true);
    }),
  };
}

function requireUnits(kind: SoundKind, found: number, expected: number): void {
  if (found === expected) return;
  throw new VirtualCameraError(
    'media-unreadable',
    `${kind}: expected ${expected} units of sound, found ${found}`,
  );
}
