import { hourToNote, isExpired, type ApiKey } from '#domain/accounts/api-key.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { ApiKeyStore } from '../ports/account-stores.js'
import type { Background, Clock, Identity } from '../ports/system.js'
import { keyDigest } from './api-key-text.js'

/** How long the keys that were read are believed, and so how long a key may be used that another node has revoked. As long as a session. */
export const API_KEY_TRUST_MS = 30_000
/** How often at most the store is asked for a key that this process does not know. */
const LOOK_MS = 1000

type Keys = ReadonlyMap<string, ApiKey>

interface Look<T> {
  /** When it began. */
  readonly at: Timestamp
  readonly keys: T
}

export interface CheckApiKeyPorts {
  readonly apiKeys: ApiKeyStore
  readonly identity: Identity
  readonly background: Background
  readonly clock: Clock
}

/** Whether the request comes from one of these networks. */
export type IsFrom = (networks: readonly string[]) => boolean

/**
 * The key of a text; null for every text that is not accepted: no key, an unknown, revoked or expired one, and one that `isFrom` refuses for
 * its networks. @throws store_unavailable where the keys cannot be read: then whether it is valid is not guessed
 */
export type CheckApiKey = (text: string, isFrom: IsFrom) => ApiKey | null | Promise<ApiKey | null>

export interface ApiKeyCheck {
  readonly checkApiKey: CheckApiKey
  /** The store, whose changes this process sees at once. */
  readonly watched: ApiKeyStore
}

/**
 * All keys of the store are few, so a process reads them together and finds one by its digest. Whatever is sent to it, it reads them once a
 * second at most.
 */
export function makeApiKeyCheck ({ apiKeys, identity, background, clock }: CheckApiKeyPorts): ApiKeyCheck {
  let known: Look<Keys> | null = null
  let last: Look<Promise<Keys>> | null = null
  const notes = { hour: '', of: new Set<string>() }

  function checkApiKey (text: string, isFrom: IsFrom): ApiKey | null | Promise<ApiKey | null> {
    const digest = keyDigest(text, identity)
    if (digest === null) return null
    const now = clock()
    const key = isYoung(known, now, API_KEY_TRUST_MS) ? known.keys.get(digest) : undefined
    return key === undefined ? find(digest, isFrom, now) : accepted(key, isFrom, now)
  }

  async function find (digest: string, isFrom: IsFrom, now: Timestamp): Promise<ApiKey | null> {
    const { keys } = isYoung(last, now, LOOK_MS) ? last : look(now)
    const key = (await keys).get(digest)
    return key === undefined ? null : accepted(key, isFrom, now)
  }

  function look (at: Timestamp): Look<Promise<Keys>> {
    const mine = { at, keys: read() }
    last = mine
    // A look that began before a change says nothing of it. One that fails is as good as none.
    mine.keys.then((keys) => { if (last === mine) known = { at, keys } }, () => {})
    return mine
  }

  async function read (): Promise<Keys> {
    return new Map((await apiKeys.list()).map((key) => [key.digest, key]))
  }

  function accepted (key: ApiKey, isFrom: IsFrom, now: Timestamp): ApiKey | null {
    if (isExpired(key, now) || !isFrom(key.networks)) return null
    const hour = hourToNote(key, now)
    if (hour !== null) note(key.keyId, hour)
    return key
  }

  /** Once an hour for each key, after the answer. */
  function note (keyId: string, hour: Timestamp): void {
    if (notes.hour !== hour) {
      notes.hour = hour
      notes.of.clear()
    }
    if (notes.of.has(keyId)) return
    try {
      background(async () => { await apiKeys.noteUse(keyId, hour) })
      notes.of.add(keyId)
    } catch {
      // Too many tasks wait. The next request notes it.
    }
  }

  function forget (): void {
    known = null
    last = null
  }

  const watched: ApiKeyStore = {
    insert: async (key) => {
      await apiKeys.insert(key)
      forget()
    },
    list: async () => await apiKeys.list(),
    noteUse: async (keyId, hour) => { await apiKeys.noteUse(keyId, hour) },
    remove: async (keyId) => {
      const isRemoved = await apiKeys.remove(keyId)
      forget()
      return isRemoved
    },
  }

  return { checkApiKey, watched }
}

function isYoung<T> (look: Look<T> | null, now: Timestamp, maxMs: number): look is Look<T> {
  return look !== null && now < laterBy(look.at, maxMs)
}
