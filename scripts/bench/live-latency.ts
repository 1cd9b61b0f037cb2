import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { openGlassBrowser } from './glass-browser.ts';
import { startGlassSystem } from './glass-system.ts';
import { clicksToPicture } from './live-latency-clicks.ts';
import { watchWall } from './live-latency-phase.ts';

/**
 * From the instant a virtual camera sent a frame to the instant headless Chromium expected it on screen, by the number
 * burnt into the picture; camera-internal and screen delay are not in it. Phases of `--seconds` each on one full-size
 * tile: sound off, sound on, sound on and in step; then `--clicks` on other counters; then `--tiles` tiles with the
 * sound of one (0 leaves that out; 4, 9 and 16 are grids of the wall). `--single 0` leaves out all but the last.
 *
 * `soundBehindPicture` is sampled ten times a second in the page: when what the sound output plays at that instant was
 * captured (`soundMeasuredBy: output-timestamp`, the output's own latency included as far as the browser knows it),
 * against when the frame on screen was captured, both by the recorder's marks. It does not hear the sound; that marks
 * fit what was filmed and said is shown by the tests of recording. What the measurement itself costs is not subtracted
 * but stated (`ageByMarksMs`).
 */
export async function liveLatency(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, {
    seconds: 600,
    settle: 15,
    clicks: 24,
    tiles: 9,
    cameras: 4,
    single: 1,
  });
  const oneTile = options.single === 0 ? {} : await measureOneTile(options);
  const figures = { ...options, ...oneTile };
  if (options.tiles === 0) return { name: 'live-latency', figures, machine: describeMachine() };
  return {
    name: 'live-latency',
    figures: { ...figures, manyTilesSoundOn: await measureManyTiles(options) },
    machine: describeMachine(),
  };
}

interface Options {
  readonly seconds: number;
  readonly settle: number;
  readonly clicks: number;
  readonly tiles: number;
  readonly cameras: number;
}

async function measureOneTile({ seconds, settle, clicks, cameras }: Options) {
  const system = await startGlassSystem(cameras);
  try {
    const glass = await openGlassBrowser(system, 'monitor');
    try {
      const one = { system, glass, seconds, settle, grid: 1 };
      const soundOff = await watchWall({ ...one, sound: 'off' });
      tell('sound off', soundOff);
      const soundOn = await watchWall({ ...one, sound: 'on' });
      tell('sound on', soundOn);
      const soundInStep = await watchWall({ ...one, sound: 'in-step' });
      tell('sound in step', soundInStep);
      const clickToPicture = await clicksToPicture({ system, glass, clicks });
      tell('clicks', clickToPicture);
      return { soundOff, soundOn, soundInStep, clickToPicture };
    } finally {
      await glass.close();
    }
  } finally {
    await system.stop();
  }
}

async function measureManyTiles({ seconds, settle, tiles }: Options) {
  // One counter of the demo has two cameras.
  const system = await startGlassSystem(tiles + 1);
  try {
    const glass = await openGlassBrowser(system, 'monitor');
    try {
      const manyTiles = await watchWall({ system, glass, seconds, settle, grid: tiles, sound: 'on' });
      tell(`${tiles} tiles`, manyTiles);
      return manyTiles;
    } finally {
      await glass.close();
    }
  } finally {
    await system.stop();
  }
}

function tell(phase: string, figures: unknown): void {
  console.error(`${phase}: ${JSON.stringify(figures)}`);
}
