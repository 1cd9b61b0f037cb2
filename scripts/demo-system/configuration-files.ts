import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** The configuration of both daemons, as the examples in config/ explain it, for one machine and a directory archive. */
export async function writeConfigurations(
  dataDirectory: string,
  of: {
    readonly port: number;
    readonly enrolmentCode?: string;
    /** Settings put over those of the demo. */
    readonly monitor?: object;
    readonly recorder?: object;
    /** Where the recorder finds the monitor, if not at its own port. */
    readonly dialledPort?: number;
  },
): Promise<{ readonly monitor: string; readonly recorder: string }> {
  const archive = { type: 'directory', path: join(dataDirectory, 'archive') };
  // Nobody who tries the demo wants to wait a minute for a head.
  const ledger = { headEveryMs: 5_000 };
  const monitor = join(dataDirectory, 'monitor.yaml');
  const recorder = join(dataDirectory, 'recorder.yaml');
  await writePrivately(monitor, {
    listen: { host: '127.0.0.1', port: of.port },
    dataDirectory: join(dataDirectory, 'monitor'),
    archive,
    // Often, so that who tries it out sees some.
    sweeps: { everyMs: 120_000, sample: 5 },
    ledger,
    notices: { hotline: '1900 0000 (thử nghiệm)', controller: 'Trung tâm giám sát tỉnh (bản thử)' },
    publicOrigins: [`http://127.0.0.1:${of.port}`],
    ...of.monitor,
  });
  await writePrivately(recorder, {
    dataDirectory: join(dataDirectory, 'recorder'),
    archive,
    monitors: [
      {
        url: `ws://127.0.0.1:${of.dialledPort ?? of.port}`,
        ...(of.enrolmentCode === undefined ? {} : { enrolmentCode: of.enrolmentCode }),
        home: true,
      },
    ],
    cameraNetworks: { allowLoopback: true },
    spool: { cacheBytes: 2 * 2 ** 30 },
    // A virtual camera's footage comes again after 40 s.
    content: { loopHorizonMs: 30_000 },
    ledger,
    ...of.recorder,
  });
  return { monitor, recorder };
}

async function writePrivately(path: string, settings: unknown): Promise<void> {
  await writeFile(path, stringify(settings), { mode: 0o600 });
}
