import { makeListAudit } from './list-audit.js'
import { makeRecordAct, type RecordActPorts } from './record-act.js'

export type AuditUseCases = ReturnType<typeof makeAuditUseCases>

export function makeAuditUseCases (ports: RecordActPorts) {
  return {
    listAudit: makeListAudit(ports),
    recordAct: makeRecordAct(ports),
  }
}
