import type { Registrations } from '#domain/accounts/registration.js'
import type { RegistrationStore } from '#application/ports/account-stores.js'
import { KeyedRows } from '../engine/keyed-rows.js'

export class MemoryRegistrationStore extends KeyedRows<Registrations> implements RegistrationStore {}
