import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { withEnvironment } from './environment-overrides.ts';
import { SettingsError } from './settings-error.ts';

/**
 * Reads a configuration file (YAML or JSON), lays the environment over it and checks the whole against `schema`.
 * Paths in it are as written. Rejects with one `SettingsError` that lists every fault.
 */
export async function readSettingsFile<Schema extends z.ZodType>(
  file: string,
  of: {
    readonly schema: Schema;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly environmentPrefix: string;
  },
): Promise<z.infer<Schema>> {
  const raw = withEnvironment(await readYaml(file), of.environment, of.environmentPrefix);
  const result = of.schema.safeParse(raw);
  if (!result.success) throw new SettingsError(file, result.error.issues.flatMap(faultLines));
  return result.data;
}

async function readYaml(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new SettingsError(file, [`the file cannot be read (${reasonOf(error)})`]);
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

/** By its shape: an error of another realm, as tests have them, is no instance of this one's Error. */
function reasonOf(error: unknown): string {
  const hasCode =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  return hasCode ? String(error.code) : 'unknown reason';
}

function faultLines(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at === '' ? key : `${at}.${key}`}: there is no such setting`);
  }
  return [`${at === '' ? '(the whole file)' : at}: ${issue.message}`];
}
