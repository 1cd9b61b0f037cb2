import { archiveOutage } from './archive-outage.ts';
import { captureCost } from './capture-cost.ts';
import { captureScale } from './capture-scale.ts';
import { complaintsSearch } from './complaints-search.ts';
import { evidence } from './evidence.ts';
import { headAge } from './head-age.ts';
import { liveLatency } from './live-latency.ts';
import { sealingCost } from './sealing-cost.ts';
import { seek } from './seek.ts';
import { seekCatalogue } from './seek-catalogue.ts';
import { startLarge } from './start-large.ts';
import { uploadCost } from './upload-cost.ts';
import { web } from './web.ts';
import type { BenchResult } from './bench-result.ts';

const benches: Readonly<Record<string, (argv: readonly string[]) => Promise<BenchResult>>> = {
  'archive-outage': archiveOutage,
  'capture-cost': captureCost,
  'capture-scale': captureScale,
  'complaints-search': complaintsSearch,
  evidence,
  'head-age': headAge,
  'live-latency': liveLatency,
  'sealing-cost': sealingCost,
  seek,
  'seek-catalogue': seekCatalogue,
  'start-large': startLarge,
  'upload-cost': uploadCost,
  web,
};

const [name = '', ...argv] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`No bench is called '${name}'. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
console.log(JSON.stringify(await bench(argv), null, 2));
process.exit(0);
