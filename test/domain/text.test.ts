import fc from 'fast-check'
import t from 'tap'
import { beginningOf, showsSomething } from '#domain/text.js'

const FAMILY = '👩‍👩‍👧‍👦'

t.test('spaces, format characters, controls, fillers, lone marks and selectors show nothing', async (t) => {
  const blank = ['', ' ', '\t\n\r', '\u00a0', '\u2003', '\u3000', '\u2028', '\u200b', '\u200c\u200d', '\u2060', '\ufeff', '\u202e', '\u00ad', '\u061c', '\u0001', '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\ufe0f', '\u{e0100}', '\u{e0020}', '\u034f', '\u0301', '\ud800', '\u17b4', '\u180e']
  for (const text of blank) t.notOk(showsSomething(text), escape(text))
  fc.assert(fc.property(fc.array(fc.constantFrom(...blank)), (parts) => !showsSomething(parts.join(''))))
})

t.test('one character among those shows', async (t) => {
  for (const text of ['a', '.', '7', 'ş', 'ア', '한', 'क', '👍', '👍🏽', FAMILY, '🇹🇷', '☝️', '€', '\u200fאב', '\u{1fffd}', '\ue000']) {
    t.ok(showsSomething(text), text)
    t.ok(showsSomething(` \u200b\u3164${text}\u2800`), text)
  }
})

t.test('a text that is short enough stays as it is', async (t) => {
  for (const text of ['', 'abc', '🎬🎬🎬']) t.equal(beginningOf(text, 3), text)
})

t.test('a longer text is cut between two graphemes', async (t) => {
  t.equal(beginningOf('abcd', 3), 'abc')
  t.equal(beginningOf('🎬🎬🎬🎬', 3), '🎬🎬🎬')
  t.equal(beginningOf('abe\u0301\u0302f', 4), 'ab', 'an accent stays on its letter')
  t.equal(beginningOf(`ab${FAMILY}c`, 8), 'ab', 'a family stays together')
  t.equal(beginningOf(`ab${FAMILY}c`, 9), `ab${FAMILY}`)
  t.equal(beginningOf('a🇹🇷🇩🇪', 4), 'a🇹🇷', 'a flag is two characters')
  t.equal(beginningOf('क्षि!', 3), 'क्ष', 'a first grapheme that is too long is cut')
})

t.test('any beginning is the longest one of whole graphemes within the limit', async () => {
  const units = fc.constantFrom('a', 'ş', '🎬', FAMILY, '🇹🇷', 'e\u0301', '\u0301', ' ', '\r\n')
  const segments = (text: string): string[] => Array.from(new Intl.Segmenter('tr', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment)
  fc.assert(fc.property(fc.array(units, { maxLength: 40 }), fc.integer({ min: 8, max: 30 }), (parts, limit) => {
    const text = parts.join('')
    let expected = ''
    for (const segment of segments(text)) {
      if (Array.from(expected + segment).length > limit) break
      expected += segment
    }
    // A first grapheme of many marks is longer than the limit.
    return beginningOf(text, limit) === (expected === '' ? Array.from(text).slice(0, limit).join('') : expected)
  }), { numRuns: 1000 })
})
