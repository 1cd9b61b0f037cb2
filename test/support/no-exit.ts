import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

/** Environment of a program that is to end by itself; see no-exit.mjs. */
export const noExit: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'no-exit.mjs')).href}`,
};
