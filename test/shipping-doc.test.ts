import t from 'tap'
import { readDocument } from './support/documents.js'
import { startService } from './support/service.js'

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, { readonly required: readonly string[] }>> }
}

/** The schemas of the answers in the guide, in their order. */
const ANSWERS = ['SenderAddress', 'QuoteList', 'Shipment', 'Problem', 'ShipmentWithRecipient', 'Shipment', 'Shipment', 'Problem']

t.test('the answers in the guide to shipping have the members of their schemas', async (t) => {
  const { app } = await startService(t)
  const { components: { schemas } } = await app.openapi() as Document
  const answers = readDocument('docs/shipping.md').matchAll(/^```json\n(.*)\n```/gm).map(([, json = '']) => JSON.parse(json) as Record<string, unknown>).toArray()
  t.equal(answers.length, ANSWERS.length)
  for (const [index, name] of ANSWERS.entries()) t.same(Object.keys(answers[index] ?? {}).filter((member) => member !== 'recipient').toSorted(), schemas[name]?.required.filter((member) => member !== 'recipient').toSorted(), name)
})
