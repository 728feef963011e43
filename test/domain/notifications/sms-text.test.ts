import t from 'tap'
import { isInTurkishTables, segmentsOf, smsText } from '#domain/notifications/sms-text.js'

t.test('a text of the default alphabet has 160 characters in one segment, and 153 in each of several', (t) => {
  for (const tables of ['default', 'turkish'] as const) {
    t.same([0, 1, 160, 161, 306, 307, 459, 460].map((length) => segmentsOf('a'.repeat(length), tables)), [1, 1, 1, 2, 2, 3, 3, 4])
    t.equal(segmentsOf('€'.repeat(80), tables), 1, 'a character of the extension table counts as two')
    t.equal(segmentsOf('€'.repeat(81), tables), 2)
    t.same([segmentsOf('€'.repeat(152), tables), segmentsOf('€'.repeat(153), tables)], [2, 3], 'and is not split over two segments')
    t.equal(segmentsOf('àÀ'.repeat(35) + 'a', tables), 2, 'À is not in the alphabet')
  }
  t.end()
})

t.test('Turkish letters count as two where the provider has their tables, and make the text UCS-2 where it has not', (t) => {
  t.same([77, 78].map((length) => segmentsOf('ş'.repeat(length), 'turkish')), [1, 2])
  t.same([segmentsOf(`ş${'a'.repeat(153)}`, 'turkish'), segmentsOf(`ş${'a'.repeat(154)}`, 'turkish')], [1, 2])
  t.same([segmentsOf(`ş${'a'.repeat(296)}`, 'turkish'), segmentsOf(`ş${'a'.repeat(297)}`, 'turkish')], [2, 3])
  t.same([70, 71, 134, 135].map((length) => segmentsOf('ş'.repeat(length), 'default')), [1, 2, 2, 3])
  t.same([35, 36, 67].map((length) => segmentsOf('😀'.repeat(length), 'turkish')), [1, 2, 3], 'a character of two units is not split')
  t.same([segmentsOf('öüÖÜÇé'.repeat(26), 'default'), segmentsOf(`${'öüÖÜÇé'.repeat(26)}ç`, 'default')], [1, 3], 'Ç is in the alphabet, and ç is not')
  t.end()
})

t.test('an SMS holds plain signs for those of typography, and letters that can be written', (t) => {
  t.equal(smsText('TRY\u00a01.234,56\u202f₺ – “şeker”…\tx'), 'TRY 1.234,56 TL - "şeker"... x')
  t.equal(smsText('Hâlâ Şükrü, İğdır, Çağla, Zoë, Ğ'), 'Hala Şükrü, İğdır, Çağla, Zoe, Ğ')
  t.equal(smsText('g\u0306 s\u0327'), 'ğ ş', 'letters with a mark of their own are put together')
  t.equal(smsText('Ольга 😀 ج'), 'Ольга 😀 ج', 'what has no plain form stays')
  t.same(['a', 'ğ', '€', 'â', '₺', '😀'].map(isInTurkishTables), [true, true, true, false, false, false])
  t.end()
})
