import type { UserStore } from '../ports/account-stores.js'
import { makeErasePerson } from './erase-person.js'
import { makeExportPerson, type ExportPersonPorts } from './export-person.js'

type PersonPorts = Omit<Parameters<typeof makeErasePerson>[0], 'users'> & ExportPersonPorts & {
  /** Has the users, whose changes this process sees at once. */
  readonly access: { readonly users: UserStore }
}

export type PersonUseCases = ReturnType<typeof makePersonUseCases>

/** What concerns a person whether or not this service knows its users itself. */
export function makePersonUseCases (ports: PersonPorts) {
  return {
    erasePerson: makeErasePerson({ users: ports.access.users, erasures: ports.erasures, clock: ports.clock, knowsUsers: ports.knowsUsers }),
    exportPerson: makeExportPerson(ports),
  }
}
