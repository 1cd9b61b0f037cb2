import type { WireUnit } from './wire-unit.ts';

/** RTSP's interleaved frame header and the fixed RTP header: what a bad line leaves alone, or TCP itself would be broken. */
const HEADERS_BYTES = 16;

/** Shares of the packets, in percent. */
export type BadLine = {
  readonly lossPercent: number;
  readonly reorderPercent: number;
  readonly corruptPercent: number;
};

/** Numbers in 0..1, the same ones for the same seed (a linear congruential generator, Knuth's MMIX constants cut to 32 bits). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * The packets of one unit as they arrive over a line that loses, swaps and damages some. Over TCP nothing of the kind
 * can happen; cameras that overrun their own buffers, and radio bridges before them, do it all the same.
 */
export function overBadLine(unit: WireUnit, bytes: Buffer, line: BadLine, random: () => number): Buffer {
  const packets = unit.packetOffsets.map((offset, index) =>
    bytes.subarray(offset, unit.packetOffsets[index + 1] ?? bytes.length),
  );
  const arrived: Buffer[] = [];
  for (const packet of packets) {
    if (random() * 100 < line.lossPercent) continue;
    if (random() * 100 < line.corruptPercent && packet.length > HEADERS_BYTES) {
      packet[HEADERS_BYTES + Math.floor(random() * (packet.length - HEADERS_BYTES))] = 0xff;
    }
    const isSwapped = arrived.length > 0 && random() * 100 < line.reorderPercent;
    arrived.splice(isSwapped ? -1 : arrived.length, 0, packet);
  }
  return Buffer.concat(arrived);
}
