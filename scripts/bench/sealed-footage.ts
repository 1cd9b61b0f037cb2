import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spool } from '@minhbach/recorder/spool';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  newId,
  segmentIdSchema,
  sha256HexSchema,
  utcMs,
  type SourceId,
} from '@minhbach/shared/units-of-measure';

const segmentMs = 60_000;

/**
 * Seals segments of a given size as fast as the disk takes them, a minute each, as a recorder would have left them. Their
 * bytes are noise, different in every segment, so that nothing along the way can make less of them.
 */
export class SealedFootage {
  readonly #spool: Spool;
  readonly #noise: Buffer;
  readonly #captureId = newId(captureIdSchema);
  #sealed = 0;

  constructor(spool: Spool, segmentBytes: number) {
    this.#spool = spool;
    this.#noise = randomBytes(segmentBytes);
  }

  async seal(sourceId: SourceId, startMs: number): Promise<SegmentSealed> {
    this.#sealed += 1;
    const bytes = Buffer.from(this.#noise);
    bytes.writeUInt32BE(this.#sealed, 0);
    const segmentId = newId(segmentIdSchema);
    const fileName = `${segmentId}.mp4`;
    await writeFile(join(this.#spool.folders.sealed, fileName), bytes);
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(bytes).digest('hex'));
    return this.#spool.sealSegment({
      segmentId,
      sourceId,
      captureId: this.#captureId,
      startUtcMs: utcMs(startMs),
      endUtcMs: utcMs(startMs + segmentMs),
      firstTfdt: 0,
      timescale: 90_000,
      bytes: bytes.length,
      initBytes: 4,
      fragments: 1,
      sha256,
      fragmentsRoot: sha256,
      codec: 'avc1.4d0028',
      mime: 'video/mp4; codecs="avc1.4d0028"',
      keyframes: Array.from({ length: 30 }, (_, index) => index * 2_000),
      clockErrorMs: 1,
      recovered: false,
      fileName,
    });
  }
}
