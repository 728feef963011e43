import { defineConfig } from 'vite'
import { budget } from './budget.js'

/** Everything is a file of its own origin: the policy of the console allows no inline script, no inline style, and no address elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../build/console',
    // Beside it lie the compiled modules that tests import.
    emptyOutDir: false,
    target: 'es2023',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  plugins: [budget({ first: ['src/screens/overview/index.tsx', 'src/languages/tr.ts'], bytes: 60_000 })],
})
