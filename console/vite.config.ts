import { defineConfig, type Plugin } from 'vite'
import { budget } from './budget.js'

/** The helper that loads the styles of a part before it: there is one file of styles, and a visit need not load what it does not use. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) => id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load()' : null,
}

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
  plugins: [plainImports, budget({ first: ['src/screens/overview/index.tsx', 'src/languages/tr.ts'], bytes: 60_000 })],
})
