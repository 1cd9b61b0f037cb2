import { pino } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { deviceIdSchema, newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { createRecording, type DevicePlan } from '@minhbach/recorder/capture';
import { ContentWatch, ffmpegDecoder } from '@minhbach/recorder/content';
import { FaultBoard } from '@minhbach/recorder/faults';
import { openSpool } from '@minhbach/recorder/spool';
import { z } from 'zod';

/*
 * The recorder's capture, segments, spool, ledger and watch over content without uplink and archive, as a process whose
 * cost can be read. The first line on stdin says what to record; "RECORDING" is printed when all sources do; SIGTERM seals and ends.
 */
const orderSchema = z.strictObject({
  directory: z.string(),
  recorderId: recorderIdSchema,
  urls: z.array(z.string()),
  /** Ids of the picture sources, in the order of the addresses; made up when left out. */
  pictures: z.array(sourceIdSchema).optional(),
  sound: z.boolean(),
});

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
process.once('SIGTERM', () => {
  void Promise.all([recording.close(), content.close()]).then(() => {
    spool.close();
    process.exit(0);
  });
});
