import t from 'tap'
import { traitsOf, type Occurrence } from '#domain/error-log/occurrence.js'

const occurrence: Occurrence = { kind: 'job', name: 'Error', code: null, where: 'erasures', message: 'gone', stack: null, requestId: 'r', traceId: 't' }
const stackOf = (line: number, folder: string, deepest = 'makeJobs'): string => `TypeError: x is no function
    at node:internal/process/task_queues:105:5
    at DynamoPaymentStore.update (file://${folder}/build/src/adapters/dynamodb/payments/payment-store.js:${line}:11)
    at async Object.send (file://${folder}/node_modules/@aws-sdk/lib/index.js:${line}:3)
    at async file://${folder}/build/src/application/turns.js:${line}:20
    at async run (${folder}/build/src/application/payments/complete-payments.js:${line}:20)
    at async ${deepest} (file://${folder}/build/src/infrastructure/wiring/jobs.js:${line}:9)`

t.test('what failures of one cause have in common: three frames of our own sources, without lines, folders and libraries', async (t) => {
  const traits = traitsOf({ ...occurrence, stack: stackOf(7, '/app') })
  t.same(traits, ['job', 'Error', '', 'erasures', 'adapters/dynamodb/payments/payment-store:DynamoPaymentStore.update', 'application/turns:', 'application/payments/complete-payments:run'])
  t.same(traitsOf({ ...occurrence, stack: stackOf(99, '/home/other', 'otherCaller'), message: 'another text', requestId: 'other' }), traits)
})

t.test('without a frame of ours the message tells failures apart, but for what changes from one to the next', async (t) => {
  const of = (message: string) => traitsOf({ ...occurrence, message, stack: message === '' ? null : 'Error\n    at node:net:1:2' }).at(-1)
  t.equal(of('row pay_w3x5qk7n2m4r6t5v7yzaa2 of "ayse@shop.example" took 12.5 s, id 0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55'), 'row * of * took *.* s, id *')
  t.equal(of("key 'a b' and `c d`, hash w3x5qk7n2m4r6t5v7yz"), 'key * and *, hash *')
  t.equal(of('an event has no effect'), 'an event has no effect')
})

t.test('kind, class, code and place tell failures apart', async (t) => {
  const others: Array<Partial<Occurrence>> = [{ kind: 'event' }, { name: 'TypeError' }, { code: 'busy' }, { where: 'drain' }]
  const all = [{}, ...others].map((change) => JSON.stringify(traitsOf({ ...occurrence, ...change })))
  t.equal(new Set(all).size, all.length)
})
