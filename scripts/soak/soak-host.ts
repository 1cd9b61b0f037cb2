import { pino } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { deviceIdSchema, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { createRecording } from '@minhbach/recorder/capture';
import { openSpool } from '@minhbach/recorder/spool';
import { z } from 'zod';

/*
 * The recorder's capture, segments, spool and ledger as a process that may be killed at any instant. The first line on
 * stdin says what to record; what happens is told on stdout, one JSON object a line. SIGTERM seals and ends.
 */
const orderSchema = z.strictObject({
  directory: z.string(),
  recorderId: recorderIdSchema,
  segmentDurationMs: z.int(),
  devices: z.array(
    z.strictObject({
      deviceId: deviceIdSchema,
      picture: sourceIdSchema,
      sound: sourceIdSchema,
      url: z.string(),
    }),
  ),
});

const say = (event: object): void =>
  void process.stdout.write(`${JSON.stringify({ at: Date.now(), ...event })}\n`);

let text = '';
for await (const chunk of process.stdin) text += String(chunk);
const { devices, segmentDurationMs, ...place } = orderSchema.parse(JSON.parse(text));
const spool = await openSpool({ ...place, clock: systemClock });
say({ event: 'opened', spoolId: spool.spoolId });
const recording = await createRecording({
  spool,
  clock: systemClock,
  logger: pino({ level: 'fatal' }, pino.destination(2)),
  settings: { segmentDurationMs },
});
recording.on('stateChanged', ({ sourceId, state, cause }) => say({ event: 'state', sourceId, state, cause }));
recording.on('segmentSealed', ({ segmentId, sha256 }) => say({ event: 'sealed', segmentId, sha256 }));
recording.on('fault', ({ code, message }) => say({ event: 'fault', code, message }));
for (const { url, ...device } of devices) {
  recording.addDevice({ ...device, hasSubStream: false, resolveStream: async () => ({ url }) });
}
say({ event: 'begun' });
process.once('SIGTERM', () => {
  void recording.close().then(() => {
    spool.close({ clean: true });
    process.exit(0);
  });
});
