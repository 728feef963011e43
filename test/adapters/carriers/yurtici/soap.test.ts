import fc from 'fast-check'
import t from 'tap'
import { elementOf, elementsOf, envelope, resultIn } from '#adapters/carriers/yurtici/soap.js'

const answer = (body: string) => Buffer.from(`<S:Envelope xmlns:S="s"><S:Body>${body}</S:Body></S:Envelope>`)
const read = (body: string) => resultIn(answer(`<askResponse>${body}</askResponse>`), 'ask', 'The carrier')

t.test('a message has its elements in order, empty ones too, and nothing in a value is markup', async (t) => {
  t.equal(envelope('http://carrier.example/', 'ask', [['a', '1 < 2 & "3" > \'4\''], ['b', ''], ['c', [['d', 'x\u0000\u0008y\ufffe']]]]),
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ship="http://carrier.example/"><soapenv:Header/><soapenv:Body><ship:ask>' +
    '<a>1 &lt; 2 &amp; &quot;3&quot; &gt; &apos;4&apos;</a><b></b><c><d>xy</d></c></ship:ask></soapenv:Body></soapenv:Envelope>')
})

t.test('every text of people comes through a message unchanged', async (t) => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
    const wanted = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '').trim()
    const [, value = ''] = /<a>([\s\S]*)<\/a>/.exec(envelope('n', 'ask', [['a', text]])) ?? []
    return elementOf(read(`<VO><a>${value}</a></VO>`), 'a').trim() === wanted.replace(/\r\n?/g, '\n') || elementOf(read(`<VO><a>${value}</a></VO>`), 'a').trim() === wanted
  }))
  t.pass('for all of them')
})

t.test('an answer is read as texts, one element or many, with the entities of XML and numbers of characters, each once', async (t) => {
  const result = read('<VO><a>00123</a><b>I&#305;&#x131; &amp;lt; &lt;&gt;&quot;&apos; &unknown;</b><c><d>1</d></c><c><d>2</d></c><e/><f><![CDATA[<g>]]></f></VO>')
  t.equal(elementOf(result, 'a'), '00123')
  t.equal(elementOf(result, 'b'), 'Iıı &lt; <>"\' &unknown;')
  t.same(elementsOf(result, 'c').map((one) => elementOf(one, 'd')), ['1', '2'])
  t.same(elementsOf(read('<VO><c><d>1</d></c></VO>'), 'c').length, 1)
  t.same([elementOf(result, 'e'), elementOf(result, 'missing'), elementOf(result, 'c'), elementsOf(result, 'a'), elementsOf(result, 'missing')], ['', '', '', [], []])
  t.equal(elementOf(result, 'f'), '<g>')
})

t.test('a document type, an entity of it and everything that is no answer are no answer', async (t) => {
  const strange = [
    Buffer.from(`<!DOCTYPE a [<!ENTITY x "boom">]>${answer('<askResponse><VO><a>&x;</a></VO></askResponse>').toString()}`),
    Buffer.from(`<!ENTITY x "boom">${answer('').toString()}`),
    answer('<askResponse>text</askResponse>'), answer('<otherResponse><VO/></otherResponse>'), answer('<S:Fault><faultcode>S:Server</faultcode><faultstring>Ayşe</faultstring></S:Fault>'), answer(''),
    Buffer.from('<html><body>502</body></html>'), Buffer.from('{"result":true}'), Buffer.from(''), Buffer.from('<a><b></a>'), Buffer.from([0x3c, 0xff, 0xfe]), answer('<askResponse><VO><__proto__>1</__proto__></VO></askResponse>'),
    Buffer.from('<a>'.repeat(5_000)),
  ]
  for (const body of strange) t.throws(() => resultIn(body, 'ask', 'The carrier'), { name: 'NoAnswer', message: /^The carrier answered something that is not/ })
})
