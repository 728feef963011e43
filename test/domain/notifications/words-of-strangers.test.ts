import fc from 'fast-check'
import t from 'tap'
import { isPlainName, unlinked, unlinkedName } from '#domain/notifications/words-of-strangers.js'

t.test('words of a stranger hold no address that a program makes a link of', (t) => {
  t.equal(unlinked('kazandin:https://evil.example/7'), 'kazandin: https: / / evil. example/ 7')
  t.equal(unlinked('www.evil.com'), 'www. evil. com')
  t.equal(unlinked('eve@evil.com'), 'eve@ evil. com')
  t.equal(unlinked('evil。com evil．com evil｡com evil․com \\\\evil\\x'), 'evil。 com evil． com evil｡ com evil․ com \\ \\ evil\\ x')
  t.equal(unlinked('evil\u200b.\u2060com'), 'evil . com')
  t.equal(unlinked('Dr. Ayşe K.'), 'Dr. Ayşe K.', 'a full stop stays')
  t.equal(unlinked('o-7_#2026'), 'o-7_#2026')
  t.equal(unlinked(null), '')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (words) => {
    const line = unlinked(words)
    t.notMatch(line, /[.:/@\\]\S|[\r\n\u2028\u202e\u200b]/)
    t.ok(Array.from(line).length <= 100)
  }))
  t.end()
})

t.test('a name with a telephone number is left out', (t) => {
  for (const name of ['Ara 0850 123 45 67', '+90 (532) 123-45-67', '1.2.3.4.5.6.7']) t.equal(unlinkedName(name), '', name)
  for (const name of ['Ada', 'Ada 1990', 'Ada 12 ve 13 ve 1456', 'ara\u200d\u200cya']) t.equal(unlinkedName(name), name)
  t.equal(unlinkedName(null), '')
  t.end()
})

t.test('some words of letters are a plain name', (t) => {
  for (const name of ['Ada', 'Alıcı', "Şükrü O'Neill-Öz", 'Dr. Ayşe K. Yılmaz', '張偉', 'علی\u200cرضا', 'क्\u200dष']) t.ok(isPlainName(name), name)
  for (const name of ['', ' Ada', 'Kazandınız https://evil.example', 'evil.com', 'Ada 7', 'bir iki üç dört beş', 'a'.repeat(41), 'Ada\nBora', 'Ada!', 'Ada  Bora', '\u200dAda', 'Ada 👩\u200d💻', 'Ada\u200bBora']) t.notOk(isPlainName(name), name)
  t.end()
})
