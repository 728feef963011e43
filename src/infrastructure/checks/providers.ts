import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import type { GatewaySurroundings } from '#adapters/exchange/provider.js'
import { checkSmsAccess } from '#adapters/sms/access.js'
import { clock, identity } from '#adapters/system/system.js'
import { loadCarrier } from '../config/carriers.js'
import type { Config } from '../config/config.js'
import { loadGateway } from '../config/providers.js'
import { makeLogger } from '../runtime/logger.js'
import { fault, ok, type Finding } from './finding.js'

/** Whether each provider of payments takes our key. */
export async function checkProviders ({ providers }: Config): Promise<readonly Finding[]> {
  const surroundings = makeSurroundings()
  return await Promise.all(providers.map(async (settings) => {
    const make = await loadGateway(settings)
    const { gateway } = make(surroundings)
    const subject = `payments by ${settings.name}`
    return gateway.checkAccess === undefined ? ok(subject, 'it needs no key') : accessFinding(subject, settings.name, await gateway.checkAccess())
  }))
}

/** Whether each carrier that needs an account takes ours. */
export async function checkCarriers ({ carriers }: Config): Promise<readonly Finding[]> {
  const surroundings = makeSurroundings()
  const findings = await Promise.all(carriers.map(async (prepared) => {
    const { name } = prepared
    const { carrier: { checkAccess } } = (await loadCarrier(prepared))(surroundings)
    return checkAccess === undefined ? [] : [accessFinding(`shipping by ${name}`, name, await checkAccess())]
  }))
  return findings.flat()
}

/** Nothing is logged, and nothing is reached from outside. */
function makeSurroundings (): GatewaySurroundings {
  return { logger: makeLogger({ level: 'silent', secrets: [], write: process.stderr.write.bind(process.stderr) }), clock, identity, publicUrl: String, localUrl: String }
}

/** Whether the provider of SMS takes our account. */
export async function checkSms ({ notifications: { sms }, production }: Config): Promise<Finding> {
  if (sms === null) return ok('SMS', `no SMS_PROVIDER: SMS are ${production ? 'not sent' : 'shown at /dev/outbox'}`)
  return accessFinding(`SMS by ${sms.provider}`, sms.provider, await checkSmsAccess(sms))
}

function accessFinding (subject: string, name: string, answer: AccessAnswer): Finding {
  switch (answer.kind) {
    case 'accepted': return ok(subject, 'it takes our key')
    case 'refused': return fault(subject, `it refuses our key (${answer.code})`, `correct the variables that begin with ${name.toUpperCase()}_, and what the key may do there`)
    case 'unknown': return fault(subject, answer.reason, `let this machine reach ${name}, and correct the variables that begin with ${name.toUpperCase()}_`)
  }
}
