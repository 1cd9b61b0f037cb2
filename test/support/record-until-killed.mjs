// Records one device until it is killed. Run from the compiled recorder: node record-until-killed.mjs '<JSON>'.
// JSON: {directory, recorderId, deviceId, picture, sound, url}. Prints "ready", then "sealed" and "recording" lines.
import process from 'node:process';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { createRecording } from '../../recorder/dist/capture/index.js';
import { openSpool } from '../../recorder/dist/spool/index.js';

const of = JSON.parse(process.argv[2] ?? '{}');
const spool = await openSpool({ directory: of.directory, clock: systemClock, recorderId: of.recorderId });
const recording = await createRecording({
  spool,
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  settings: { segmentDurationMs: of.segmentDurationMs ?? 60_000 },
});
recording.on('stateChanged', ({ state }) => process.stdout.write(`${state}\n`));
recording.on('segmentSealed', () => process.stdout.write('sealed\n'));
recording.addDevice({
  deviceId: of.deviceId,
  picture: of.picture,
  sound: of.sound,
  hasSubStream: false,
  resolveStream: async () => ({ url: of.url }),
});
process.stdout.write('ready\n');
