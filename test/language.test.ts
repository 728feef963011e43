import t from 'tap'
import { DOCUMENTS, prose, readDocument } from './support/documents.js'
import { readSources } from './support/imports.js'
import { bannedWords, commentsAndStrings } from './support/words.js'

const GLOSSARY = readDocument('docs/glossary.md')
const sources = readSources(process.cwd(), 'src')

t.test('documents use no banned word', async (t) => {
  for (const path of DOCUMENTS.filter((path) => path !== 'README.tr.md')) t.same(bannedWords(readDocument(path)), [], path)
})

t.test('comments and strings use no banned word', async (t) => {
  for (const source of [...sources, ...readSources(process.cwd(), 'bench')]) t.same(bannedWords(commentsAndStrings(source)), [], source.path)
})

t.test('a banned word is found in any case, alone or at the end of a line, and parts of other words are not', async (t) => {
  t.same(bannedWords('Whoever asks\nis told by HIM.\nIt puts\ndown what he, himself, put down'), ['1: Whoever', '2: HIM', '4: he', '4: himself', '4: put down'])
  t.same(bannedWords('It tells of this, as it stands.'), ['1: tells of', '1: as it stands'])
  t.same(bannedWords('the history of this other chimera heals; tell offline, output download'), [])
})

t.test('a banned word of a source file is found in comments, texts and templates, and not in names', async (t) => {
  const text = [
    '/** Whoever calls it. */',
    'export function somebody (he: string): string { // nobody',
    "  const his = 'sent by him'",
    '  return `@{his}, whoever @{/* put down */ he} reads his mail`'.replaceAll('@', '$'),
    '}',
    'export const himself = <T>(x: T) => x /* tells of */',
    '// as it stands',
  ].join('\n')
  t.same(bannedWords(commentsAndStrings({ path: 'planted.ts', text })), [
    '1: Whoever', '2: nobody', '3: him', '4: whoever', '4: put down', '4: his', '6: tells of', '7: as it stands',
  ])
})

t.test('the glossary has 25 to 35 terms, and each is used in src or in another document', async (t) => {
  const terms = GLOSSARY.matchAll(/^- \*\*(.+?)\*\*: \p{Lu}/gmu).map(([, term = '']) => term).toArray()
  t.equal(new Set(terms).size, terms.length, 'no term is defined twice')
  t.ok(terms.length >= 25 && terms.length <= 35, String(terms.length))
  const used = [...sources.map(({ text }) => text), ...DOCUMENTS.filter((path) => path !== 'docs/glossary.md').map(readDocument)].join('\n')
  t.same(terms.filter((term) => !new RegExp(`\\b${term.replaceAll(/[- ]/g, '[- ]')}`, 'i').test(used)), [])
})

t.test('the README has 700 to 1,000 words beside its commands and answers', async (t) => {
  const words = prose(readDocument('README.md')).split(/\s+/).filter((word) => /\w/.test(word)).length
  t.ok(words >= 700 && words <= 1000, String(words))
})
