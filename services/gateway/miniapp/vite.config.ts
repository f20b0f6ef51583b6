import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const room = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: '/app/',
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
      output: {
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
