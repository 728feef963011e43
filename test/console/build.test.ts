import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { budget, firstBytes, type Chunk } from '../../console/budget.js'
import { parse, readSources } from '../support/imports.js'

const chunk = (fileName: string, more: Partial<Chunk> = {}): Chunk => ({ type: 'chunk', fileName, isEntry: false, facadeModuleId: null, imports: [], code: '', ...more })
/** Text that compresses badly. */
const noise = (length: number): string => Array.from({ length }, (_, index) => String.fromCharCode(33 + (index * index * 7919 + index * 31) % 94)).join('')

t.test('the budget counts the entry, the first screen and what they import, and no other screen', async (t) => {
  const bundle = {
    'main.js': chunk('main.js', { isEntry: true, imports: ['shared.js'], code: 'x' }),
    'shared.js': chunk('shared.js', { imports: ['deep.js'], code: 'xx' }),
    'deep.js': chunk('deep.js', { imports: ['shared.js'], code: 'xxx' }),
    'first.js': chunk('first.js', { facadeModuleId: '/p/src/screens/overview/index.tsx', code: 'xxxx' }),
    'other.js': chunk('other.js', { facadeModuleId: '/p/src/screens/audit/index.tsx', code: noise(5000) }),
    'style.css': { type: 'asset' as const },
  }
  const all = firstBytes(bundle, ['src/screens/overview/index.tsx'])
  t.ok(all > 4 * 20 && all < 4 * 30, String(all))
  t.ok(firstBytes(bundle, []) < all)
  t.doesNotThrow(() => { budget({ first: ['src/screens/overview/index.tsx'], bytes: all }).generateBundle(null, bundle) })
  t.throws(() => { budget({ first: ['src/screens/overview/index.tsx'], bytes: all - 1 }).generateBundle(null, bundle) }, { message: `The first screen loads ${all} bytes of JavaScript gzipped, at most ${all - 1}` })
})

t.test('the built console is of files alone, which its policy allows', async (t) => {
  const page = readFileSync('build/console/index.html', 'utf8')
  t.match(page, /<script type="module" crossorigin src="\/console\/assets\/[\w-]+\.js"><\/script>/)
  t.notMatch(page, /<style|style="|<script(?![^>]*\ssrc=)|https?:/)
  const scripts = readdirSync('build/console/assets').filter((name) => name.endsWith('.js'))
  t.ok(scripts.length > 1)
  for (const name of scripts) t.notMatch(readFileSync(`build/console/assets/${name}`, 'utf8'), /\beval\(|preloadError|new Function\(|localStorage|sessionStorage|document\.write/, name)
  for (const [, file = ''] of page.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)) t.ok(existsSync(`build/console/${file}`), file)
})

t.test('the console imports its own files and its packages, and nothing of the service', async (t) => {
  const packages = new Set(['preact', 'preact/hooks', 'preact-iso', '@preact/signals', 'uplot', 'openapi-fetch'])
  const faults = readSources(process.cwd(), 'console/src').map(parse).flatMap(({ path, lines, specifiers }) => [
    ...specifiers.filter((specifier) => !packages.has(specifier) && !/^\.{1,2}\//.test(specifier)).map((specifier) => `${path}: imports ${specifier}`),
    ...specifiers.filter((specifier) => specifier.startsWith('.') && !new URL(specifier, `file:///${path}`).pathname.startsWith('/console/src/')).map((specifier) => `${path}: leaves the console by ${specifier}`),
    ...(lines > 150 && !path.endsWith('.d.ts') ? [`${path}: ${lines} lines, at most 150`] : []),
  ])
  t.same(faults, [])
})
