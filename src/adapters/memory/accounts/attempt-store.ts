import type { Attempts } from '#domain/accounts/attempt.js'
import type { AttemptStore } from '#application/ports/account-stores.js'
import { KeyedRows } from '../engine/keyed-rows.js'

export class MemoryAttemptStore extends KeyedRows<Attempts> implements AttemptStore {}
