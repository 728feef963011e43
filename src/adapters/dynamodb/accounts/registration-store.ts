import type { Registration, Registrations } from '#domain/accounts/registration.js'
import type { RegistrationStore } from '#application/ports/account-stores.js'
import type { Database } from '../engine/client.js'
import { KeyedRows } from '../engine/keyed-rows.js'
import { integer, keeping, maps, text, word } from '../engine/row.js'

export class DynamoRegistrationStore extends KeyedRows<Registrations> implements RegistrationStore {
  constructor (database: Database) {
    super(database, 'registrations', registrationsOf)
  }
}

const registrationsOf = keeping(['registrationId', 'deleteAt'], (row): Registrations => ({
  email: text(row, 'email'),
  waiting: maps(row, 'waiting').map(registrationOf),
  expiresAt: text(row, 'expiresAt'),
  version: integer(row, 'version'),
}))

const registrationOf = keeping([], (row): Registration => ({
  digest: text(row, 'digest'),
  passwordHash: text(row, 'passwordHash'),
  name: text(row, 'name'),
  locale: word(row, 'locale'),
  origin: text(row, 'origin'),
  expiresAt: text(row, 'expiresAt'),
}))
