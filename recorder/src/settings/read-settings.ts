import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { errnoOf } from './errno.ts';
import { withEnvironment } from './environment-overrides.ts';
import { recorderSettingsSchema, type RecorderSettings } from './recorder-settings.ts';
import { SettingsError } from './settings-error.ts';

/**
 * The settings of this recorder: file (YAML or JSON), then environment. Relative paths start at the file's directory.
 * Rejects with one `SettingsError` that lists every fault.
 */
export async function readSettings(file: string, environment: NodeJS.ProcessEnv): Promise<RecorderSettings> {
  const result = recorderSettingsSchema.safeParse(withEnvironment(await readYaml(file), environment));
  if (!result.success) throw new SettingsError(file, result.error.issues.flatMap(faultLines));
  return withAbsolutePaths(result.data, dirname(resolve(file)));
}

async function readYaml(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new SettingsError(file, [`the file cannot be read (${errnoOf(error) ?? 'unknown reason'})`]);
  }
  try {
    // JSON is YAML. Aliases are capped by the parser, duplicate keys refused.
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
