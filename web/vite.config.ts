// How the console is built: `npm run build` writes `dist`, which the crate `console` carries inside the binary.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './plugins/compressed.ts';
import { texts } from './plugins/texts.ts';

// The server behind `npm run dev`.
const server = process.env.MERIT_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), texts(), compressed()],
  build: {
    target: 'es2022',
    // What imports what, for `npm run size`.
    manifest: true,
    // The policy allows no inline script, so no polyfill is put into the page.
    modulePreload: { polyfill: false },
    // Everything is a file of its own: the policy allows no data: addresses but for pictures.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // What nearly every page needs and seldom changes, so that a new version of the console leaves it in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/](?!.*sankey)/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/c/': server, '/q/': server, '/m/': server, '/postback': server } },
});
