import { alterations } from './alterations.ts';
import { archiveAway } from './archive-away.ts';
import { captureFaults } from './capture-faults.ts';
import { diskFull } from './disk-full.ts';
import { killFfmpeg } from './kill-ffmpeg.ts';
import { killRecorder } from './kill-recorder.ts';
import { killingSoak } from './killing-soak.ts';
import { powerCut } from './power-cut.ts';
import type { SoakResult } from './soak-result.ts';
import { sources } from './sources.ts';

const soaks: Readonly<Record<string, (argv: readonly string[]) => Promise<SoakResult>>> = {
  alterations,
  'archive-away': archiveAway,
  'capture-faults': captureFaults,
  'disk-full': killingSoak('disk-full', diskFull),
  'kill-ffmpeg': killingSoak('kill-ffmpeg', killFfmpeg),
  'kill-recorder': killingSoak('kill-recorder', killRecorder),
  'power-cut': killingSoak('power-cut', powerCut),
  sources,
};

const [name = '', ...argv] = process.argv.slice(2);
const soak = soaks[name];
if (soak === undefined) {
  console.error(`No soak is called '${name}'. There are: ${Object.keys(soaks).join(', ')}.`);
  process.exit(2);
}
try {
  const result = await soak(argv);
  console.log(JSON.stringify(result, null, 2));
  process.exit(result.faults.length === 0 ? 0 : 1);
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(`soak ${name}: ${error.message}`);
  process.exit(2);
}
