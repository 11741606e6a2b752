import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where the API listens in development; the built UI is served by the API itself. */
const api = `http://127.0.0.1:${process.env['PORT'] ?? 5000}`;

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [svelte({ compilerOptions: { runes: true } })],
  // Not all of /api: the sources of the UI have a folder of that name.
  server: { proxy: { '/api/v1': api, '/api/docs': api, '/health': api, '/webhook': api } },
  // Pages may lie below a path (BASE_URL): parts find each other from where they are, and the server places the document.
  experimental: { renderBuiltUrl: (_, { hostType }) => (hostType === 'html' ? undefined : { relative: true }) },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    // The first versions with light-dark(), which the tokens rest on; older ones would get twice the CSS.
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
  },
});
