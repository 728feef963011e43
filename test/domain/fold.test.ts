import fc from 'fast-check'
import t from 'tap'
import { fold, wordsOf } from '#domain/fold.js'

const TURKISH = 'AaBbCcÇçDdEeFfGgĞğHhIıİiJjKkLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz'
const FOLDED = 'aabbccccddeeffgggghhiiiijjkkllmmnnoooopprrssssttuuuuvvyyzz'

/** Texts of letters that folding changes, and of others. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from(TURKISH), 'â', 'Û', 'ß', 'Σ', 'ς', '한', 'ﬁ', '①', '\u0307', '\u0327', ' ', '-', '7') })
)

t.test('every Turkish letter is folded without case and diacritics', async (t) => {
  t.equal(fold(TURKISH), FOLDED)
  t.equal(fold(TURKISH.normalize('NFD')), FOLDED, 'taken apart too')
  t.equal(fold('IŞIK'), fold('ışık'))
  t.equal(fold('İSTANBUL Kâğıt'), 'istanbul kagit')
})

t.test('other scripts and forms of letters are folded alike', async (t) => {
  t.equal(fold('ΟΔΟΣ'), fold('οδος'))
  t.equal(fold('ＣＡＮＴＡ ﬁ ①'), 'canta fi 1')
  t.equal(fold('Ελλάδα Жёлтый'), 'ελλαδα желтыи')
})

t.test('folding twice equals folding once, for every character', async (t) => {
  const changed = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((one) => fold(fold(one)) !== fold(one))
  t.same(changed, [])
  fc.assert(fc.property(texts, (text) => fold(fold(text)) === fold(text)))
})

t.test('the folded beginning of a text begins the folded text', async () => {
  fc.assert(fc.property(texts, texts, (start, rest) => fold(start + rest).startsWith(fold(start))), { numRuns: 500 })
})

t.test('words are runs of letters and digits', async (t) => {
  t.same(wordsOf("İstanbul'da 2 ÇANTA, kırmızı-beyaz (XL)…\n#yeni👜şal"), ['istanbul', 'da', '2', 'canta', 'kirmizi', 'beyaz', 'xl', 'yeni', 'sal'])
  t.same(wordsOf(' -- 👜 '), [])
  t.same(wordsOf('\ud800a'), ['a'], 'half of a surrogate pair is no letter')
})
