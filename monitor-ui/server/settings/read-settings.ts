import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { withEnvironment } from './environment-overrides.ts';
import { monitorSettingsSchema, type MonitorSettings } from './monitor-settings.ts';
import { SettingsError } from './settings-error.ts';

/**
 * The settings of this monitor: file (YAML or JSON), then environment. Relative paths start at the file's directory.
 * Rejects with one `SettingsError` that lists every fault.
 */
export async function readSettings(file: string, environment: NodeJS.ProcessEnv): Promise<MonitorSettings> {
  const result = monitorSettingsSchema.safeParse(withEnvironment(await readYaml(file), environment));
  if (!result.success) throw new SettingsError(file, result.error.issues.flatMap(faultLines));
  return withAbsolutePaths(result.data, dirname(resolve(file)));
}

async function readYaml(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new SettingsError(file, [`the file cannot be read (${code})`]);
  }
  try {
    return parse(text, { prettyErrors: true });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [first = error.message] = error.message.split('\n');
    throw new SettingsError(file, [`it is neither YAML nor JSON: ${first.replace(/:$/, '')}`]);
  }
}

function faultLines(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at === '' ? key : `${at}.${key}`}: there is no such setting`);
  }
  return [`${at === '' ? '(the whole file)' : at}: ${issue.message}`];
}

function withAbsolutePaths(settings: MonitorSettings, directory: string): MonitorSettings {
  const { archive, tls, metrics } = settings;
  const absolute = (path: string) => resolve(directory, path);
  return {
    ...settings,
    dataDirectory: absolute(settings.dataDirectory),
    archive:
      archive.type === 'directory'
        ? { ...archive, path: absolute(archive.path) }
        : { ...archive, secretKeyFile: absolute(archive.secretKeyFile) },
    ...(tls && { tls: { certFile: absolute(tls.certFile), keyFile: absolute(tls.keyFile) } }),
    metrics: {
      ...metrics,
      ...(metrics.bearerTokenFile && { bearerTokenFile: absolute(metrics.bearerTokenFile) }),
    },
  };
}
