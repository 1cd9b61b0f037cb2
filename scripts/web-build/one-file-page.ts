import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Puts a build's one script and one style sheet into a page of one file, `name`, whose security policy lets nothing run but
 * these and nothing be fetched from anywhere. The page opens from a disk.
 */
export function oneFilePage(name: string): Plugin {
  let directory = '';
  return {
    name: 'minh-bach-one-file-page',
    apply: 'build',
    configResolved({ build }) {
      directory = build.outDir;
    },
    async closeBundle() {
      const [script, style] = [join(directory, 'page.js'), join(directory, 'page.css')];
      const page = pageOf((await readFile(script, 'utf8')).trim(), (await readFile(style, 'utf8')).trim());
      await writeFile(join(directory, name), page);
      await Promise.all([rm(script), rm(style)]);
    },
  };
}

function pageOf(code: string, style: string): string {
  // Within text and patterns the escaped form means the same; nowhere else can a script end its own element.
  const script = code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const policy = [
    "default-src 'none'",
    `script-src '${sourceOf(script)}'`,
    `style-src '${sourceOf(style)}'`,
    'worker-src blob:',
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="vi" data-theme="light">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Minh Bạch</title>',
    `<style>${style}</style>`,
    '<div id="root"></div>',
    `<script>${script}</script>`,
    '',
  ].join('\n');
}

function sourceOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
