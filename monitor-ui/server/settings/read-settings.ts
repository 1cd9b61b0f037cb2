import { dirname, join, resolve } from 'node:path';
import { readSettingsFile } from '@minhbach/shared/settings';
import { withAbsoluteAlarmPaths } from './alarm-settings.ts';
import { monitorSettingsSchema, type MonitorSettings, type WrittenSettings } from './monitor-settings.ts';

/**
 * The settings of this monitor: file (YAML or JSON), then environment. Relative paths start at the file's directory.
 * Rejects with one `SettingsError` that lists every fault.
 */
export async function readSettings(file: string, environment: NodeJS.ProcessEnv): Promise<MonitorSettings> {
  const settings = await readSettingsFile(file, {
    schema: monitorSettingsSchema,
    environment,
    environmentPrefix: 'MINHBACH_MONITOR_',
  });
  return withAbsolutePaths(settings, dirname(resolve(file)));
}

function withAbsolutePaths(settings: WrittenSettings, directory: string): MonitorSettings {
  const { archive, tls, metrics, alarms } = settings;
  const absolute = (path: string) => resolve(directory, path);
  return {
    ...settings,
    dataDirectory: absolute(settings.dataDirectory),
    shield: { keyFile: absolute(settings.shield.keyFile ?? join(settings.dataDirectory, 'shield.key')) },
    archive:
      archive.type === 'directory'
        ? { ...archive, path: absolute(archive.path) }
        : { ...archive, secretKeyFile: absolute(archive.secretKeyFile) },
    ...(tls && { tls: { certFile: absolute(tls.certFile), keyFile: absolute(tls.keyFile) } }),
    alarms: withAbsoluteAlarmPaths(alarms, absolute),
    metrics: {
      ...metrics,
      ...(metrics.bearerTokenFile && { bearerTokenFile: absolute(metrics.bearerTokenFile) }),
    },
  };
}
