import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { oneFilePage } from '../../../scripts/web-build/index.ts';

/** The page of every evidence package: one file, the same bytes for the same sources. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../../.cache/vite-read-me', import.meta.url)),
  plugins: [react(), oneFilePage('READ-ME.html')],
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  build: {
    outDir: fileURLToPath(new URL('../../dist/read-me', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1_000,
    rollupOptions: {
      input: fileURLToPath(new URL('../read-me.tsx', import.meta.url)),
      output: { format: 'iife', entryFileNames: 'page.js', assetFileNames: 'page.[ext]' },
    },
  },
});
