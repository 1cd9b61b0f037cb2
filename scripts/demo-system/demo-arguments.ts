import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

export interface DemoArguments {
  readonly port: number;
  readonly dataDirectory: string;
  readonly cameras: number;
}

/** Reads the command line; commander prints one sentence and exits 2 for what it does not know. */
export function readDemoArguments(argv: readonly string[]): DemoArguments {
  const program = new Command('scripts/demo')
    .description('Virtual cameras, a recorder and the monitor on this machine, until Ctrl-C')
    .option(
      '--port <number>',
      'port of the monitor on 127.0.0.1 (0: any free one)',
      wholeNumber(0, 65_535),
      8080,
    )
    .option('--data <directory>', 'where everything is kept', '.demo-data')
    .option('--cameras <number>', 'how many virtual cameras', wholeNumber(1, 32), 4)
    .option('--called-from <directory>', 'what a relative --data is relative to', process.cwd())
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: 'user' });
  const options = program.opts<{ port: number; data: string; cameras: number; calledFrom: string }>();
  return {
    port: options.port,
    dataDirectory: resolve(options.calledFrom, options.data),
    cameras: options.cameras,
  };
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is allowed.`);
    }
    return value;
  };
}
