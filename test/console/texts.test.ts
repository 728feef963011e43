import t from 'tap'
import { texts as en } from '../../console/src/languages/en.js'
import { texts as tr } from '../../console/src/languages/tr.js'
import { fill, languageOf } from '../../console/src/translate.js'
import { readSources } from '../support/imports.js'

const TEXTS = { en, tr }
const sources = readSources(process.cwd(), 'console/src')
const code = sources.filter(({ path }) => !/texts(?:-tr)?\.ts$|\/(?:texts|languages)\//.test(path)).map(({ text }) => text).join('\n')

t.test('Turkish and English have the same texts, none empty and none twice in a language by mistake', async (t) => {
  t.same(Object.keys(TEXTS.tr).sort(), Object.keys(TEXTS.en).sort())
  for (const texts of [TEXTS.tr, TEXTS.en]) t.same(Object.entries(texts).filter(([, text]) => text.trim() === ''), [])
  const declared = sources.filter(({ path }) => /texts|\/words/.test(path)).flatMap(({ text }) => [...text.matchAll(/^ {2}'([^']+)':/gm)].map(([, key = '']) => key))
  t.equal(declared.length, 2 * Object.keys(TEXTS.en).length, 'no key is declared by two screens')
})

t.test('both languages name the same values in braces, and have the same forms', async (t) => {
  const shape = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort().concat(String(text.split(' | ').length))
  for (const [key, text] of Object.entries(TEXTS.en)) t.same(shape(TEXTS.tr[key as keyof typeof TEXTS.en]), shape(text), key)
})

t.test('every text is used', async (t) => {
  const kinds = new Set([...code.matchAll(/(?:word\(|kind=|kind: )'([\w.-]+)'/g)].map(([, kind = '']) => kind))
  const isUsed = (key: string): boolean => code.includes(`'${key}'`) || [...kinds].some((kind) => key.startsWith(`${kind}.`))
  t.same(Object.keys(TEXTS.en).filter((key) => !isUsed(key)), [])
})

t.test('no text is written beside the texts', async (t) => {
  const written = sources.filter(({ path }) => path.endsWith('.tsx')).flatMap(({ path, text }) => [...text.matchAll(/(?:aria-label|title|placeholder|alt|label|hint)='([^']*\p{L}[^']*)'/gu)].map(([, words = '']) => `${path}: ${words}`))
  t.same(written.filter((line) => !/(?:payments|list|help)\.[\w-]+$/.test(line)), [])
})

t.test('a text has the form for its count', async (t) => {
  t.equal(fill('1 row | {count} rows', 'en', { count: 1 }), '1 row')
  t.equal(fill('1 row | {count} rows', 'en', { count: 0 }), '0 rows')
  t.equal(fill('1 row | {count} rows', 'en', { count: 12_000 }), '12,000 rows')
  t.equal(fill('1 satır | {count} satır', 'tr', { count: 12_000 }), '12.000 satır')
  t.equal(fill('Order {order}, {missing}', 'en', { order: '{x}' }), 'Order {x}, {missing}')
})

t.test('the language is the first of the browser that there is, else English', async (t) => {
  t.equal(languageOf(['tr-TR', 'en-US']), 'tr')
  t.equal(languageOf(['de-DE', 'TR']), 'tr')
  t.equal(languageOf(['de-DE', 'en-GB', 'tr']), 'en')
  t.equal(languageOf(['de']), 'en')
  t.equal(languageOf([]), 'en')
})
