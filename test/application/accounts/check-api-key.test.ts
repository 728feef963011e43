import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { digestOfKey, keyDigest, newKeyText } from '#application/accounts/api-key-text.js'
import { makeApiKeyCheck } from '#application/accounts/check-api-key.js'
import type { ApiKeyStore } from '#application/ports/account-stores.js'
import { newApiKey, type ApiKeyDraft } from '#domain/accounts/api-key.js'
import { DomainError } from '#domain/errors.js'
import { settableClock } from '../../support/builders.js'

const DRAFT: ApiKeyDraft = { name: 'bookkeeping', scopes: ['read'], networks: [], expiresInDays: 1 }
const anywhere = () => true

/** A store whose reads are counted, and nodes on it. */
function world () {
  const { apiKeys } = memoryStores()
  const { clock, advance } = settableClock()
  const state = { reads: 0, isDown: false, isBusy: false, hold: Promise.resolve() }
  const tasks: Array<() => Promise<void>> = []
  const store: ApiKeyStore = {
    insert: async (key) => { await apiKeys.insert(key) },
    list: async () => {
      state.reads++
      if (state.isDown) throw new DomainError('store_unavailable', 'down')
      const keys = await apiKeys.list()
      await state.hold
      return keys
    },
    noteUse: async (...use) => { await apiKeys.noteUse(...use) },
    remove: async (keyId) => await apiKeys.remove(keyId),
  }
  const background = (task: () => Promise<void>): void => {
    if (state.isBusy) throw new DomainError('busy', 'too many')
    tasks.push(task)
  }
  const node = () => makeApiKeyCheck({ apiKeys: store, identity, background, clock })
  const made = async ({ watched }: ReturnType<typeof node>, keyId: string, draft: Partial<ApiKeyDraft> = {}): Promise<string> => {
    const text = newKeyText(identity)
    await watched.insert(newApiKey({ ...DRAFT, ...draft }, { keyId, digest: digestOfKey(text, identity), createdBy: null }, clock()))
    return text
  }
  return { apiKeys, clock, advance, state, tasks, node, made }
}

t.test('a key is a text of its own form with its checksum, and no part of it leads to another one', async (t) => {
  const text = newKeyText(identity)
  t.match(text, /^key_[\w-]{43}[0-9a-f]{8}$/)
  t.match(keyDigest(text, identity), /^[0-9a-f]{64}$/)
  for (const other of ['', 'key_', text.slice(0, -1), `${text}0`, text.toUpperCase(), `x${text}`, text.replace('key_', 'kee_'), ` ${text}`, `${text}\n`]) t.equal(keyDigest(other, identity), null, other)
  const flipped = Array.from(text, (letter, index) => text.slice(0, index) + (letter === '0' ? '1' : '0') + text.slice(index + 1))
  t.same(flipped.map((one) => keyDigest(one, identity)), flipped.map(() => null), 'whatever letter is another one')
})

t.test('a key that a node knows is checked without the store for half a minute', async (t) => {
  const { advance, state, node, made } = world()
  const here = node()
  const text = await made(here, 'akey_1')
  t.match(await Promise.all([here.checkApiKey(text, anywhere), here.checkApiKey(text, anywhere)]), [{ keyId: 'akey_1' }, { keyId: 'akey_1' }])
  t.equal(state.reads, 1, 'together')
  advance(29_999)
  t.match(here.checkApiKey(text, anywhere), { keyId: 'akey_1', scopes: ['read'] }, 'at once')
  advance(1)
  t.match(await here.checkApiKey(text, anywhere), { keyId: 'akey_1' })
  t.equal(state.reads, 2)
})

t.test('a revoked key ends at once on the node that revoked it, and within half a minute on the others; a new one is good everywhere within a second', async (t) => {
  const { advance, node, made } = world()
  const [here, there] = [node(), node()]
  const text = await made(here, 'akey_1')
  const ask = async (key: string) => await Promise.all([here, there].map(async ({ checkApiKey }) => (await checkApiKey(key, anywhere))?.keyId))
  t.same(await ask(text), ['akey_1', 'akey_1'])
  const next = await made(here, 'akey_2')
  t.same(await ask(next), ['akey_2', undefined])
  advance(1000)
  t.same(await ask(next), ['akey_2', 'akey_2'], 'both are good at once, so that a service changes from one to the other')
  t.same(await ask(text), ['akey_1', 'akey_1'])
  t.equal(await here.watched.remove('akey_1'), true)
  t.same(await ask(text), [undefined, 'akey_1'])
  advance(30_000)
  t.same(await ask(text), [undefined, undefined])
  t.same(await ask(next), ['akey_2', 'akey_2'])
})

t.test('a look that began before a key was revoked does not bring it back', async (t) => {
  const { state, node, made } = world()
  const here = node()
  const text = await made(here, 'akey_1')
  let release = () => {}
  state.hold = new Promise((resolve) => { release = resolve })
  const early = here.checkApiKey(text, anywhere)
  const removed = await here.watched.remove('akey_1')
  release()
  t.match(await early, { keyId: 'akey_1' }, 'it was valid when it was asked for')
  t.same([removed, await here.checkApiKey(text, anywhere)], [true, null])
})

t.test('ten thousand guesses open nothing; those without a checksum cost no read, the others one a second, and keys that are known go on', async (t) => {
  const { advance, state, node, made } = world()
  const here = node()
  const text = await made(here, 'akey_1')
  await here.checkApiKey(text, anywhere)
  state.reads = 0
  for (let guess = 0; guess < 10_000; guess++) {
    const random = newKeyText(identity)
    t.equal(here.checkApiKey(`${random.slice(0, -8)}${guess.toString(16).padStart(8, '0')}`, anywhere), null)
  }
  t.equal(state.reads, 0)
  let accepted = 0
  for (let guess = 0; guess < 10_000; guess++) {
    if (await here.checkApiKey(newKeyText(identity), anywhere) !== null) accepted++
    advance(1)
    if (here.checkApiKey(text, anywhere) === null) t.fail('a valid key was refused')
  }
  t.equal(accepted, 0)
  t.ok(state.reads <= 10, `${state.reads} reads in ten seconds`)
})

t.test('while the store is away, keys go on for half a minute; then, and for unknown keys, nothing is guessed', async (t) => {
  const { advance, state, node, made } = world()
  const here = node()
  const text = await made(here, 'akey_1')
  await here.checkApiKey(text, anywhere)
  state.isDown = true
  advance(1000)
  const unknown = newKeyText(identity)
  const asked = state.reads
  await t.rejects(async () => { await here.checkApiKey(unknown, anywhere) }, { code: 'store_unavailable' })
  await t.rejects(async () => { await here.checkApiKey(unknown, anywhere) }, { code: 'store_unavailable' })
  t.equal(state.reads, asked + 1)
  t.match(here.checkApiKey(text, anywhere), { keyId: 'akey_1' })
  advance(29_000)
  await t.rejects(async () => { await here.checkApiKey(text, anywhere) }, { code: 'store_unavailable' })
  state.isDown = false
  advance(1000)
  t.match(await here.checkApiKey(text, anywhere), { keyId: 'akey_1' })
})

t.test('a key that has expired, or comes from another network, is refused, and that is no use of it', async (t) => {
  const { advance, tasks, node, made } = world()
  const here = node()
  const text = await made(here, 'akey_1', { networks: ['10.0.0.0/8'] })
  const asked: unknown[] = []
  t.equal(await here.checkApiKey(text, (networks) => { asked.push(networks); return false }), null)
  t.same([asked, tasks], [[['10.0.0.0/8']], []])
  advance(24 * 3_600_000 - 1)
  t.match(await here.checkApiKey(text, anywhere), { keyId: 'akey_1' })
  advance(1)
  t.equal(here.checkApiKey(text, anywhere), null, 'also where it is known')
})

t.test('a use is noted once an hour, and again where too many tasks waited', async (t) => {
  const { advance, apiKeys, state, tasks, node, made } = world()
  const here = node()
  const text = await made(here, 'akey_1', { expiresInDays: 2 })
  const used = async () => {
    await Promise.all(tasks.splice(0).map(async (task) => { await task() }))
    return (await apiKeys.list()).map(({ lastUsedAt }) => lastUsedAt)
  }
  state.isBusy = true
  t.match(await here.checkApiKey(text, anywhere), { keyId: 'akey_1' }, 'it is accepted nevertheless')
  state.isBusy = false
  await here.checkApiKey(text, anywhere)
  await here.checkApiKey(text, anywhere)
  t.equal(tasks.length, 1)
  t.match(await used(), [/:00:00\.000Z$/])
  const [first] = await used()
  advance(3_600_000)
  await here.checkApiKey(text, anywhere)
  t.equal(tasks.length, 1)
  t.not((await used())[0], first)
  await here.watched.noteUse('akey_1', '2126-01-01T00:00:00.000Z')
  t.same(await used(), ['2126-01-01T00:00:00.000Z'])
  t.equal((await here.watched.list()).length, 1)
})
