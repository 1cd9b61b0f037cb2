import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readNumbers } from '../bench/bench-options.ts';
import { describeMachine } from '../bench/bench-result.ts';
import type { SoakResult } from './soak-result.ts';

const root = join(import.meta.dirname, '../../..');

/** Alters packages `--times` over, each once, by the suite of test/attack with a seed of its own. */
export async function alterations(argv: readonly string[]): Promise<SoakResult> {
  const numbers = readNumbers(argv, { times: 10_000, seed: Math.floor(Math.random() * 2 ** 31) });
  const environment = {
    NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
    MINHBACH_ALTERATIONS: String(numbers.times),
    MINHBACH_ALTERATIONS_SEED: String(numbers.seed),
  };
  const suite = spawn(
    process.execPath,
    [
      join(root, 'node_modules/jest/bin/jest.js'),
      ...['--selectProjects', 'attack', '--runInBand', 'test/attack/package-alterations.test.ts'],
    ],
    { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  suite.stderr.on('data', (bytes: Buffer) => void said.push(bytes.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => {
    suite.once('error', reject);
    suite.once('close', resolve);
  });
  return {
    name: 'alterations',
    figures: { alterations: numbers.times, untouched: Math.ceil(numbers.times / 10), seed: numbers.seed },
    faults: code === 0 ? [] : [said.join('').slice(-4_000)],
    machine: describeMachine(),
  };
}
