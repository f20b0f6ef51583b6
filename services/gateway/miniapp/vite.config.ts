import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const room = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tells the service worker which files make up this release, and a name that changes with any of them. */
function release(): Plugin {
  return {
    name: 'release',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      if (worker?.type !== 'chunk') return;
      const open = readdirSync(room('public'));
      const files = [...Object.keys(bundle).filter((name) => name !== WORKER), ...open].sort();
      const digest = createHash('sha256').update(files.join());
      const page = bundle['index.html'];
      if (page?.type === 'asset') digest.update(page.source); // everything else it is made of has its content's hash in its name
      for (const name of open) digest.update(readFileSync(room(`public/${name}`)));
      worker.code = worker.code
        .replaceAll('__SHELL__', JSON.stringify(files.map((name) => `/app/${name}`)))
        .replaceAll('__RELEASE__', JSON.stringify(digest.digest('hex').slice(0, 12)));
    },
  };
}

const WORKER = 'sw.js';

export default defineConfig({
  base: '/app/',
  plugins: [release()],
  resolve: {
    // One set of texts for people: the bot and the services read the same files.
    alias: { '@messages': room('../../../libs/service/tikethet_service/messages') },
  },
  build: {
    outDir: room('../tikethet_gateway/static/app'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // data: addresses would need a looser content security policy
    modulePreload: { polyfill: false }, // the polyfill is of no use to browsers that run ES2022
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: room('index.html'), sw: room('src/worker/sw.ts') },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? WORKER : 'assets/[name]-[hash].js'),
        chunkFileNames: ({ facadeModuleId }) => {
          const [, language, part] = /messages\/(\w+)\/(\w+)\.json/.exec(facadeModuleId ?? '') ?? [];
          return `assets/${part === 'app' ? `texts-${language}` : part === undefined ? '[name]' : `${part}-${language}`}-[hash].js`;
        },
      },
    },
  },
  server: {
    fs: { allow: [room('.'), room('../../../libs/service')] },
    proxy: {
      '/api': { target: process.env['GATEWAY'] ?? 'http://127.0.0.1:8000' },
      '/ws': { target: process.env['GATEWAY'] ?? 'http://127.0.0.1:8000', ws: true },
    },
  },
  test: { include: ['test/**/*.test.ts'] },
});
