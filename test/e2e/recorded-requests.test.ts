import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { answered, asFarAs, type Expected } from '../fixtures/answers.js'
import { unpackedFolder } from '../fixtures/packed.js'
import { startSetting } from '../fixtures/setting.js'

/** A request with a key, with the fingerprint that version 0.1.0 gave it, and its answer to a repeat. */
interface Recorded extends Expected {
  readonly fingerprints: readonly string[]
}

const FOLDER = join('test', 'fixtures', '0.1.0')
const { clock, requests } = JSON.parse(readFileSync(join(FOLDER, 'requests.json'), 'utf8')) as { readonly clock: string, readonly requests: readonly Recorded[] }

t.test('requests of 0.1.0 have the fingerprints of then, and are answered with what was stored', async (t) => {
  let computed: string[] = []
  const watched = {
    ...identity,
    fingerprint: (request: unknown) => {
      const fingerprint = identity.fingerprint(request)
      computed.push(fingerprint)
      return fingerprint
    },
  }
  const env = { DATA_DIR: unpackedFolder(t, join(FOLDER, 'requests-journal')), RETURN_URL_ORIGINS: 'https://shop.example' }
  const setting = await startSetting(t, { clock, env, replacements: { identity: watched } })
  t.ok(requests.length > 25)
  for (const { fingerprints, status, answer, ...question } of requests) {
    computed = []
    const repeat = await answered(setting, question)
    const what = `${question.url} ${JSON.stringify(question.body)}`
    t.same(computed, fingerprints, what)
    t.same({ status: repeat.status, answer: asFarAs(answer, repeat.answer) }, { status, answer }, what)
  }
  const { simulator, iyzico } = setting
  t.same([simulator, iyzico].flatMap((gateway) => [...gateway.charges, ...gateway.refunds, ...gateway.lookups]), [], 'and no provider is asked')
})
