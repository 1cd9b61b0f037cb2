import { randomBytes } from 'node:crypto';
import type { MediaTrack } from '../media/media-track.ts';
import { LAP_FRAMES } from '../media/lap.ts';
import { overBadLine, randomNumbers, type BadLine } from './bad-line.ts';
import { address, type WireUnit } from './wire-unit.ts';

/** Other content sent in place of the lap's from `startUnit` on, until (not including) `endUnit`. */
export type Overlay = {
  readonly startUnit: number;
  endUnit: number;
  readonly pick: (unit: number) => PickedUnit;
};

/** What is sent at one moment, and the frame number that can be read from it. */
export type PickedUnit = { readonly wire: WireUnit; readonly lapIndex: number | undefined };

/** What the faults in force say about packets of a track. */
export type PacketFaults = {
  readonly timestampJumpMs: number;
  /** Timestamps run `factor` times as fast since `sinceMs` (of `performance.now()`). */
  readonly timestampSpeed: { readonly factor: number; readonly sinceMs: number } | undefined;
  readonly dropEveryNth: number | undefined;
  readonly badLine: BadLine | undefined;
};

/**
 * One track on its endless way: which unit is due when, and its place in the RTP numbering. Unit n is due at
 * epoch + n * duration, so every receiver gets the same unit at the same moment and timestamps run on across laps.
 */
export class TrackPlayout {
  readonly track: MediaTrack;
  readonly ssrc = randomBytes(4).readUInt32BE();
  readonly unitDurationMs: number;
  readonly #epochMs: number;
  readonly #timestampBase = randomBytes(4).readUInt32BE();
  #sequenceNumber = randomBytes(2).readUInt16BE();
  readonly #random = randomNumbers(1);
  #overlays: readonly Overlay[] = [];
  packetCount = 0;
  octetCount = 0;
  nextUnit = 0;

  constructor(track: MediaTrack, epochMs: number) {
    this.track = track;
    this.#epochMs = epochMs;
    this.unitDurationMs = (track.ticksPerUnit / track.clockRate) * 1000;
  }

  /** On the clock of `performance.now()`. */
  dueAtMs(unit: number): number {
    return this.#epochMs + unit * this.unitDurationMs;
  }

  /** The first unit due at this moment or later. */
  unitFrom(monotonicMs: number): number {
    // A thousandth of a unit of tolerance, so that rounding never skips the unit that is due just now.
    return Math.max(0, Math.ceil((monotonicMs - this.#epochMs) / this.unitDurationMs - 0.001));
  }

  /** The first unit a receiver can start with (a keyframe, or any sound) due at this moment or later. */
  entryFrom(monotonicMs: number): number {
    const { unitsPerEntry } = this.track;
    return Math.ceil(this.unitFrom(monotonicMs) / unitsPerEntry) * unitsPerEntry;
  }

  addOverlay(overlay: Overlay): void {
    const live = this.#overlays.filter((other) => other.endUnit > this.nextUnit);
    this.#overlays = [...live, overlay];
  }

  /** Ends all overlays where footage can be shown again: at the next keyframe; one not begun never begins. */
  endOverlays(monotonicMs: number): void {
    const entry = this.entryFrom(monotonicMs);
    for (const overlay of this.#overlays) overlay.endUnit = Math.min(overlay.endUnit, entry);
  }

  pick(unit: number): PickedUnit {
    const overlay = this.#overlays.findLast((other) => other.startUnit <= unit && unit < other.endUnit);
    return overlay === undefined ? this.pickFromLap(unit) : overlay.pick(unit);
  }

  pickFromLap(unit: number): PickedUnit {
    const { units, numberStep } = this.track;
    const lapUnit = unit % units.length;
    const wire = units[lapUnit];
    if (wire === undefined) throw new RangeError(`a track without unit ${lapUnit}`);
    return { wire, lapIndex: numberStep === 0 ? undefined : (lapUnit * numberStep) % LAP_FRAMES };
  }

  timestampOf(unit: number, faults: PacketFaults): number {
    const { timestampJumpMs, timestampSpeed: speed } = faults;
    const sinceMs = speed === undefined ? 0 : Math.max(0, this.dueAtMs(unit) - speed.sinceMs);
    const aheadMs = timestampJumpMs + sinceMs * ((speed?.factor ?? 1) - 1);
    const jump = Math.round((aheadMs / 1000) * this.track.clockRate);
    return unsigned32(this.#timestampBase + unit * this.track.ticksPerUnit + jump);
  }

  /** The packets of a unit for each of these channels, counted once however many channels there are. */
  packets(
    unit: number,
    wire: WireUnit,
    channels: ReadonlySet<number>,
    faults: PacketFaults,
  ): Map<number, Buffer> {
    const timestamp = this.timestampOf(unit, faults);
    const firstPacket = this.packetCount;
    const nth = faults.dropEveryNth;
    const isDropped =
      nth === undefined ? undefined : (index: number) => (firstPacket + index + 1) % nth === 0;
    const made = new Map<number, Buffer>();
    for (const channel of channels) {
      const numbers = { channel, firstSequenceNumber: this.#sequenceNumber, timestamp, ssrc: this.ssrc };
      const bytes = address(wire, numbers, isDropped);
      const { badLine } = faults;
      made.set(channel, badLine === undefined ? bytes : overBadLine(wire, bytes, badLine, this.#random));
    }
    this.#sequenceNumber = (this.#sequenceNumber + wire.packetOffsets.length) & 0xffff;
    this.packetCount += wire.packetOffsets.length;
    this.octetCount += wire.payloadBytes;
    return made;
  }
}

function unsigned32(value: number): number {
  const modulus = 2 ** 32;
  return ((value % modulus) + modulus) % modulus;
}
