import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// While developing, commands and pictures come from a running `latent serve`.
const server = process.env.LATENT_URL ?? 'http://127.0.0.1:7600';

export default defineConfig({
  plugins: [svelte()],
  // Nothing is inlined as data: or blob:, so the content security policy stays strict.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    port: 5173,
    fs: { allow: ['.', '../icons'] },
    proxy: { '/api': server, '/media': server },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
