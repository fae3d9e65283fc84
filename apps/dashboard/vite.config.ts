import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where a running product answers while the page is developed with `vite`. */
const PRODUCT = process.env['SMACKTALK_PRODUCT'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: { '/api': PRODUCT, '/socket.io': { target: PRODUCT, ws: true } },
  },
  build: {
    outDir: 'dist',
    // The content security policy forbids data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The overlays' page stands alone: a browser source loads neither shell nor charts.
      input: ['index.html', 'overlay.html'],
      treeshake: {
        // The contract's schemas are only built where they are read; the page needs none of them.
        moduleSideEffects: (id: string) => !id.includes('/packages/contract/'),
      },
    },
  },
})
