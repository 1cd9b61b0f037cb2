import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = new Set(['.js', '.css', '.svg']);
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Leaves `FILE.br` and `FILE.gz` beside every hashed text file, so that the monitor compresses nothing while it serves. */
export function compressAssets(): Plugin {
  let directory = '';
  return {
    name: 'minh-bach-compress-assets',
    apply: 'build',
    configResolved({ build }) {
      directory = join(build.outDir, build.assetsDir);
    },
    async writeBundle() {
      const files = (await readdir(directory)).filter((name) => compressible.has(extname(name)));
      for (const file of files.map((name) => join(directory, name))) {
        const plain = await readFile(file);
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
        await Promise.all([
          brotli(plain, { params }).then((bytes) => writeFile(`${file}.br`, bytes)),
          gzipped(plain, { level: 9 }).then((bytes) => writeFile(`${file}.gz`, bytes)),
        ]);
      }
    },
  };
}
