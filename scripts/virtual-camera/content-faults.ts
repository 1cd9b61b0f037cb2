import type { ContentFault } from './faults.ts';
import type { MediaLibrary } from './media/media-library.ts';
import { GOP_SECONDS } from './media/lap.ts';
import type { MediaTrack } from './media/media-track.ts';
import type { PictureKind } from './media/picture-recipe.ts';
import type { SoundKind } from './media/sound-recipe.ts';
import type { StreamPlayout } from './rtsp/stream-playout.ts';
import type { PickedUnit, TrackPlayout } from './rtsp/track-playout.ts';

/** A stream with what it is made of. */
export type CameraStream = {
  readonly path: 'main' | 'sub';
  readonly picture: PictureKind | undefined;
  readonly sound: SoundKind | undefined;
  readonly playout: StreamPlayout;
};

const soundOf = { mute: 'silence', hum: 'hum', overdrive: 'overdriven' } as const;

/** Puts other content over a stream's lap. Resolves when all is encoded that it takes, and the fault in force. */
export async function applyContentFault(
  fault: ContentFault,
  stream: CameraStream,
  library: MediaLibrary,
  signal: AbortSignal,
): Promise<void> {
  const now = performance.now();
  const { tracks } = stream.playout;
  const picture = tracks.find(({ track }) => track.medium === 'video');
  const sound = tracks.find(({ track }) => track.medium === 'audio');
  switch (fault.kind) {
    case 'black': {
      if (picture === undefined || stream.picture === undefined) return;
      const clip = await library.black(stream.picture, signal);
      return repeat(picture, clip, picture.unitFrom(performance.now()), undefined);
    }
    case 'freeze': {
      if (picture === undefined || stream.picture === undefined) return;
      const frozen = picture.pickFromLap(picture.entryFrom(now));
      const lapUnit = picture.entryFrom(now) % picture.track.units.length;
      const clip = await library.still(stream.picture, lapUnit, signal);
      return repeat(picture, clip, picture.entryFrom(performance.now()), frozen.lapIndex);
    }
    case 'mute':
    case 'hum':
    case 'overdrive': {
      if (sound === undefined || stream.sound === undefined) return;
      const clip = await library.sound(stream.sound, soundOf[fault.kind], signal);
      return repeat(sound, clip, sound.unitFrom(performance.now()), undefined);
    }
    case 'loop': {
      const startAtMs = picture === undefined ? now : picture.dueAtMs(picture.entryFrom(now));
      const lengthMs = Math.ceil(fault.seconds / GOP_SECONDS) * GOP_SECONDS * 1000;
      for (const playout of tracks) repeatLast(playout, startAtMs, lengthMs);
    }
  }
}

/** From the next keyframe on the stream shows its lap as a picture of another kind, where codec and frame rate are the same. */
export async function sendOtherPicture(
  stream: CameraStream,
  kind: PictureKind,
  library: MediaLibrary,
  signal: AbortSignal,
): Promise<void> {
  const picture = stream.playout.tracks.find(({ track }) => track.medium === 'video');
  if (picture === undefined) return;
  const other = await library.footage(kind, signal);
  if (other.encodingName !== picture.track.encodingName || other.units.length !== picture.track.units.length)
    return;
  const pick = (unit: number): PickedUnit => {
    const wire = other.units[unit % other.units.length];
    if (wire === undefined) throw new RangeError('a lap without units');
    return { wire, lapIndex: picture.pickFromLap(unit).lapIndex };
  };
  picture.addOverlay({ startUnit: picture.entryFrom(performance.now()), endUnit: Infinity, pick });
}

/**
 * The clip begins at `startUnit`, and anew wherever the lap has a keyframe: a client that connects meanwhile
 * is let in there, and must find one.
 */
function repeat(
  playout: TrackPlayout,
  clip: MediaTrack,
  startUnit: number,
  lapIndex: number | undefined,
): void {
  const firstEntry = playout.entryFrom(playout.dueAtMs(startUnit));
  const pick = (unit: number): PickedUnit => {
    const wire = clip.units[(unit < firstEntry ? unit - startUnit : unit) % clip.units.length];
    if (wire === undefined) throw new RangeError('a clip without units');
    return { wire, lapIndex };
  };
  playout.addOverlay({ startUnit, endUnit: Infinity, pick });
}

/** Sound whose units do not fill the length exactly is repeated to the nearest unit below. */
function repeatLast(playout: TrackPlayout, startAtMs: number, lengthMs: number): void {
  const startUnit = playout.unitFrom(startAtMs);
  const lapUnits = playout.track.units.length;
  const lengthUnits = lengthMs / playout.unitDurationMs;
  const pick = (unit: number): PickedUnit => {
    const into = (unit - startUnit) % lengthUnits;
    // One lap is added, because a camera younger than the loop has no units below 0.
    return playout.pickFromLap(Math.floor(startUnit - lengthUnits + into + 1e-6) + lapUnits);
  };
  playout.addOverlay({ startUnit, endUnit: Infinity, pick });
}
