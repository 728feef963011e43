import { makeErasePerson } from './erase-person.js'
import { makeExportPerson, type ExportPersonPorts } from './export-person.js'

type PersonPorts = Parameters<typeof makeErasePerson>[0] & ExportPersonPorts

export type PersonUseCases = ReturnType<typeof makePersonUseCases>

/** What concerns a person whether or not this service knows its users itself. */
export function makePersonUseCases (ports: PersonPorts) {
  return {
    erasePerson: makeErasePerson(ports),
    exportPerson: makeExportPerson(ports),
  }
}
