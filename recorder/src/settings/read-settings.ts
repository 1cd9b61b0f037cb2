import { dirname, resolve } from 'node:path';
import { readSettingsFile } from '@minhbach/shared/settings';
import { recorderSettingsSchema, type RecorderSettings } from './recorder-settings.ts';

/**
 * The settings of this recorder: file (YAML or JSON), then environment. Relative paths start at the file's directory.
 * Rejects with one `SettingsError` that lists every fault.
 */
export async function readSettings(file: string, environment: NodeJS.ProcessEnv): Promise<RecorderSettings> {
  const settings = await readSettingsFile(file, {
    schema: recorderSettingsSchema,
    environment,
    environmentPrefix: 'MINHBACH_RECORDER_',
  });
  return withAbsolutePaths(settings, dirname(resolve(file)));
}

function withAbsolutePaths(settings: RecorderSettings, directory: string): RecorderSettings {
  const { archive } = settings;
  return {
    ...settings,
    dataDirectory: resolve(directory, settings.dataDirectory),
    archive:
      archive.type === 'directory'
        ? { ...archive, path: resolve(directory, archive.path) }
        : { ...archive, secretKeyFile: resolve(directory, archive.secretKeyFile) },
    monitors: settings.monitors.map((monitor) => ({
      ...monitor,
      ...(monitor.enrolmentCodeFile === undefined
        ? {}
        : { enrolmentCodeFile: resolve(directory, monitor.enrolmentCodeFile) }),
    })),
  };
}
