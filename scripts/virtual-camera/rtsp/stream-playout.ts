import type { MediaTrack } from '../media/media-track.ts';
import { wallClockMs } from '../wall-clock.ts';
import type { FrameLog } from './frame-log.ts';
import { senderReport } from './sender-report.ts';
import { TrackPlayout, type PacketFaults } from './track-playout.ts';

/** Faults that act while a stream is being sent; read anew for every unit. */
export type SendingFaults = PacketFaults & {
  readonly stopSending: boolean;
  readonly noAudioPackets: boolean;
  readonly clockOffsetMs: number;
  /** How often each unit is sent. */
  readonly sentTimes: number;
};

/** Who gets a stream: its channel for each track index, and a way to hand over bytes. */
export type Receiver = {
  readonly channels: ReadonlyMap<number, number>;
  readonly send: (chunks: readonly Buffer[]) => void;
};

type Admission = {
  readonly startAtMs: number;
  readonly reportedAtMs: Map<number, number>;
  pending: Buffer[];
};

const REPORT_EVERY_MS = 5000;

/** Sends one stream (picture, sound or both) to all its receivers, each unit when it is due and never late on purpose. */
export class StreamPlayout {
  readonly tracks: readonly TrackPlayout[];
  readonly #faults: SendingFaults;
  readonly #log: FrameLog;
  readonly #receivers = new Map<Receiver, Admission>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tracks: readonly MediaTrack[], epochMs: number, faults: SendingFaults, log: FrameLog) {
    this.tracks = tracks.map((track) => new TrackPlayout(track, epochMs));
    this.#faults = faults;
    this.#log = log;
  }

  get receiverCount(): number {
    return this.#receivers.size;
  }

  /** Starts sending with the next keyframe, sound from the same moment on; or with whatever is due next. */
  add(receiver: Receiver, start: 'keyframe' | 'mid-gop'): void {
    const now = performance.now();
    const picture = this.tracks.find(
      ({ track }, index) => track.medium === 'video' && receiver.channels.has(index),
    );
    const startAtMs =
      picture === undefined || start === 'mid-gop' ? now : picture.dueAtMs(picture.entryFrom(now));
    this.#receivers.set(receiver, { startAtMs, reportedAtMs: new Map(), pending: [] });
    if (this.#timer !== undefined) return;
    for (const playout of this.tracks) playout.nextUnit = playout.unitFrom(now);
    this.#schedule();
  }

  remove(receiver: Receiver): void {
    this.#receivers.delete(receiver);
    if (this.#receivers.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const next = this.#earliest();
    const delayMs = Math.max(1, Math.ceil(next.dueAtMs(next.nextUnit) - performance.now()));
    this.#timer = setTimeout(() => this.#sendWhatIsDue(), delayMs);
  }

  /** The track whose next unit is due first; at the same moment the picture goes before the sound. */
  #earliest(): TrackPlayout {
    return this.tracks.reduce((first, other) =>
      other.dueAtMs(other.nextUnit) < first.dueAtMs(first.nextUnit) - 0.001 ? other : first,
    );
  }

  #sendWhatIsDue(): void {
    const now = performance.now();
    for (
      let playout = this.#earliest();
      playout.dueAtMs(playout.nextUnit) <= now;
      playout = this.#earliest()
    ) {
      this.#sendUnit(playout, playout.nextUnit, now);
      playout.nextUnit += 1;
    }
    for (const [receiver, admission] of this.#receivers) {
      if (admission.pending.length === 0) continue;
      const chunks = admission.pending;
      admission.pending = [];
      receiver.send(chunks);
    }
    if (this.#receivers.size > 0) this.#schedule();
  }

  #sendUnit(playout: TrackPlayout, unit: number, now: number): void {
    const isSound = playout.track.medium === 'audio';
    if (this.#faults.stopSending || (isSound && this.#faults.noAudioPackets)) return;
    const trackIndex = this.tracks.indexOf(playout);
    const dueAtMs = playout.dueAtMs(unit);
    const channels = new Set<number>();
    const admitted: (readonly [channel: number, admission: Admission])[] = [];
    for (const [receiver, admission] of this.#receivers) {
      const channel = receiver.channels.get(trackIndex);
      if (channel === undefined || dueAtMs < admission.startAtMs - 0.01) continue;
      channels.add(channel);
      admitted.push([channel, admission]);
    }
    if (admitted.length === 0) return;
    const picked = playout.pick(unit);
    for (const [channel, admission] of admitted) {
      if (now - (admission.reportedAtMs.get(trackIndex) ?? -Infinity) >= REPORT_EVERY_MS) {
        admission.reportedAtMs.set(trackIndex, now);
        admission.pending.push(this.#report(playout, unit, channel));
      }
    }
    for (let time = 0; time < this.#faults.sentTimes; time += 1) {
      const packets = playout.packets(unit, picked.wire, channels, this.#faults);
      for (const [channel, { pending }] of admitted) {
        const bytes = packets.get(channel);
        if (bytes !== undefined) pending.push(bytes);
      }
    }
    if (!isSound) this.#log.append(unit, picked.lapIndex, Math.round(wallClockMs()));
  }

  #report(playout: TrackPlayout, unit: number, channel: number): Buffer {
    return senderReport({
      channel: channel + 1,
      ssrc: playout.ssrc,
      wallClockMs: wallClockMs() - (performance.now() - playout.dueAtMs(unit)) + this.#faults.clockOffsetMs,
      timestamp: playout.timestampOf(unit, this.#faults),
      packetCount: playout.packetCount,
      octetCount: playout.octetCount,
    });
  }
}
