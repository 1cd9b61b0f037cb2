import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets, preloadWall } from '../../scripts/web-build/index.ts';

/** What is wanted together lies in one file; the first that fits takes a module and all that it needs. */
const files = [
  {
    name: 'early',
    test: /web\/(?:early|app\/(?:early-answers|server-clock)|wall\/(?:first-pictures|stored-grid|wall-layout|source-condition))\.ts$/,
  },
  // Nothing of the page in it: it runs before that is there.
  { name: 'live-player', test: /web\/live-player\/(?!index|use-)/ },
  {
    name: 'main',
    test: /web\/(?:main|(?:app|i18n|ui-kit)\/(?!confirm-dialog|entry-page|notice-tray).*)\.tsx?$/,
  },
  { name: 'live-hooks', test: /web\/live-player\// },
  {
    name: 'wall',
    test: /web\/(?:wall\/(?!help-dialog)|alarms\/(?!alarms-page|alarm-filters|alarm-panel|alarm-row))/,
  },
].map((group, index, all) => ({ ...group, priority: all.length - index }));

const monitorUrl = process.env.MINHBACH_MONITOR_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  cacheDir: fileURLToPath(new URL('../../.cache/vite', import.meta.url)),
  plugins: [react(), preloadWall(), compressAssets()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // One request less for a small file is not worth a `data:` address in the page's security policy.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: files } } },
  },
  server: {
    proxy: {
      '/api': monitorUrl,
      '/socket.io': { target: monitorUrl, ws: true },
      '/live': { target: monitorUrl, ws: true },
    },
  },
});
