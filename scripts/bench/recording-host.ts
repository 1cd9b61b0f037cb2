import { pino } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { objectStoreSettingsSchema, openObjectStore } from '@minhbach/shared/object-store';
import { deviceIdSchema, newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { createRecording, type DevicePlan } from '@minhbach/recorder/capture';
import { ContentWatch, ffmpegDecoder } from '@minhbach/recorder/content';
import { FaultBoard } from '@minhbach/recorder/faults';
import { openSpool } from '@minhbach/recorder/spool';
import { z } from 'zod';
import { runUploads } from './running-uploads.ts';

/*
 * The recorder's capture, segments, spool, ledger and watch over content without uplink, as a process whose cost can be
 * read. The first line on stdin says what to record; "RECORDING" is printed when all sources do; SIGTERM seals and ends.
 * With an archive it uploads too, prints "UNPROVEN n" twice a second and ends once all is proven, or a minute later.
 */
const orderSchema = z.strictObject({
  directory: z.string(),
  recorderId: recorderIdSchema,
  urls: z.array(z.string()),
  /** Ids of the picture sources, in the order of the addresses; made up when left out. */
  pictures: z.array(sourceIdSchema).optional(),
  sound: z.boolean(),
  archive: objectStoreSettingsSchema.optional(),
});
const provenWithinMs = 60_000;

let text = '';
for await (const chunk of process.stdin) text += String(chunk);
const order = orderSchema.parse(JSON.parse(text));

const spool = await openSpool({
  directory: order.directory,
  clock: systemClock,
  recorderId: order.recorderId,
});
const logger = pino({ level: 'warn' }, pino.destination(2));
const content = new ContentWatch({
  board: new FaultBoard(systemClock),
  // The virtual cameras' film begins again after 40 s, which is no fault here.
  settings: { lookEveryMs: 900_000, loopHorizonMs: 30_000 },
  decoder: ffmpegDecoder('ffmpeg'),
  ...{ clock: systemClock, logger },
});
const recording = await createRecording({
  ...{ spool, logger, clock: systemClock },
  observeFootage: (sourceId) => content.observe(sourceId),
});
for (const [index, url] of order.urls.entries()) {
  const plan: DevicePlan = {
    deviceId: newId(deviceIdSchema),
    picture: order.pictures?.[index] ?? newId(sourceIdSchema),
    ...(order.sound ? { sound: newId(sourceIdSchema) } : {}),
    hasSubStream: false,
    resolveStream: async () => ({ url }),
  };
  recording.addDevice(plan);
}
const poll = setInterval(() => {
  if (recording.statuses().some((status) => status.state !== 'recording')) return;
  clearInterval(poll);
  console.log('RECORDING');
}, 100);
const uploads =
  order.archive &&
  runUploads(spool, { settings: order.archive, store: await openObjectStore(order.archive) });
if (uploads) setInterval(() => console.log(`UNPROVEN ${spool.notYetProven()}`), 500);
process.once('SIGTERM', () => {
  void Promise.all([recording.close(), content.close()]).then(async () => {
    await uploads?.untilProven(provenWithinMs).catch((error: unknown) => console.error(String(error)));
    await uploads?.stop();
    spool.close();
    process.exit(0);
  });
});
