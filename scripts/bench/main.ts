import { captureCost } from './capture-cost.ts';
import { captureScale } from './capture-scale.ts';
import { seekCatalogue } from './seek-catalogue.ts';
import type { BenchResult } from './bench-result.ts';

const benches: Readonly<Record<string, (argv: readonly string[]) => Promise<BenchResult>>> = {
  'capture-cost': captureCost,
  'capture-scale': captureScale,
  'seek-catalogue': seekCatalogue,
};

const [name = '', ...argv] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`No bench is called '${name}'. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
console.log(JSON.stringify(await bench(argv), null, 2));
process.exit(0);
