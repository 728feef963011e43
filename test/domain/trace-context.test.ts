import t from 'tap'
import { harmlessId, remoteParent } from '#domain/trace-context.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

t.test('a traceparent names the trace, the span and whether it is sampled', async (t) => {
  t.same(remoteParent(`00-${TRACE}-${SPAN}-01`), { traceId: TRACE, spanId: SPAN, isSampled: true })
  for (const flags of ['00', '02', 'fe']) t.match(remoteParent(`00-${TRACE}-${SPAN}-${flags}`), { isSampled: false }, flags)
  for (const flags of ['03', 'ff']) t.match(remoteParent(`00-${TRACE}-${SPAN}-${flags}`), { isSampled: true }, flags)
  t.match(remoteParent(`01-${TRACE}-${SPAN}-01-more`), { traceId: TRACE }, 'later versions may add to it')
})

t.test('a traceparent that the specification calls invalid is ignored, and so is one with a card number', async (t) => {
  const wrong = [
    undefined, '', 'ff', TRACE, `00-${TRACE}-${SPAN}`, `00-${TRACE}-${SPAN}-01-more`, `00-${TRACE}-${SPAN}-1`, `ff-${TRACE}-${SPAN}-01`, `0-${TRACE}-${SPAN}-01`, `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`, `00-${TRACE}0-${SPAN}-01`, ` 00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01,00-${TRACE}-${SPAN}-01`,
    `00-a4242424242424242bbbbbbbbbbbbbbb-${SPAN}-01`, `00-${TRACE}-4242424242424242-01`,
  ]
  for (const header of wrong) t.equal(remoteParent(header), null, String(header))
  t.equal(remoteParent([`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-00`]), null)
})

t.test('an id that looks like a card number is made anew', async (t) => {
  const ids = ['4242424242424242', 'a4242424242424242', SPAN, TRACE]
  t.equal(harmlessId(() => String(ids.shift())), SPAN)
  t.same(ids, [TRACE])
})
