import { openDatabase, type Database, type DatabaseOptions } from '#adapters/dynamodb/engine/client.js'
import { Inspection, LACK_REMEDY } from '#adapters/dynamodb/schema/inspection.js'
import { permissionsOf, type Permissions } from '#adapters/dynamodb/schema/permissions.js'
import type { ProgramOfTables } from '#adapters/dynamodb/schema/policies.js'
import { reach, type Reach } from '#adapters/dynamodb/schema/reach.js'
import type { Config } from '../config/config.js'
import { messagesOf } from '../runtime/command-line.js'
import { fault, note, ok, type Finding } from './finding.js'

/** DynamoDB refuses what is signed five minutes off, and a clock that drifts gets there. */
const CLOCK_MAX_S = 60
const CLOCK_REMEDY = 'set the clock of this machine by NTP, as with chrony: DynamoDB refuses what is five minutes off'
/** Denied actions that a line names. */
const NAMED_MAX = 3

/** DynamoDB: reached, with which clock, permissions and tables. What `program` may not do is a fault. */
export async function checkStore ({ mode, dynamodb }: Pick<Config, 'mode'> & { readonly dynamodb: DatabaseOptions }, program: ProgramOfTables, nowMs: () => number = Date.now): Promise<readonly Finding[]> {
  if (mode === 'memory') return [ok('DynamoDB', 'is not used in memory mode')]
  const { endpoint, region } = dynamodb
  const place = endpoint === undefined ? `AWS, region ${region}` : new URL(endpoint).host
  const { database, close } = openDatabase(dynamodb)
  const findings = await look(database, place, program, nowMs).catch((error: unknown) => {
    const remedy = endpoint === undefined ? 'check AWS_REGION, the credentials, and the way from here to AWS' : 'start the server at DYNAMODB_ENDPOINT, or correct the address'
    return [fault('DynamoDB', `${place} is not reached: ${messagesOf(error).join(': ')}`, remedy)]
  })
  close()
  return findings
}

/** @throws store_unavailable where DynamoDB is not reached */
async function look (database: Database, place: string, program: ProgramOfTables, nowMs: () => number): Promise<readonly Finding[]> {
  const reached = await reach(database)
  const clock = clockFinding(reached, nowMs())
  if (reached.refusal === null) return [ok('DynamoDB', place), clock, ...await lookInside(database, program)]
  const says = `${place} takes no request of ours (${reached.refusal})`
  return [clock, fault('DynamoDB', says, 'correct AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or the role of this machine')]
}

function clockFinding ({ serverMs }: Reach, nowMs: number): Finding {
  if (serverMs === null) return note('clock', 'the server names no time to compare with')
  const aheadS = Math.round((nowMs - serverMs) / 1000)
  if (Math.abs(aheadS) <= CLOCK_MAX_S) return ok('clock', `${Math.abs(aheadS)} s from that of DynamoDB`)
  return fault('clock', `this machine is ${Math.abs(aheadS)} s ${aheadS > 0 ? 'ahead of' : 'behind'} DynamoDB`, CLOCK_REMEDY)
}

async function lookInside (database: Database, program: ProgramOfTables): Promise<readonly Finding[]> {
  const permissions = await permissionsOf(database)
  const isBlind = permissions.some(({ denied }) => denied.some((action) => action.startsWith('DescribeTable on')))
  const lacks = await new Inspection(database).inspect()
  const tables = lacks.map((lack) => fault('tables', lack.replace(`: ${LACK_REMEDY}`, ''), `${LACK_REMEDY}, and tables --plan says what differs`))
  const whole = isBlind ? note('tables', 'cannot all be seen without DescribeTable', 'allow it: the service looks at its tables too') : ok('tables', 'all are there, with their indexes')
  return [...permissions.map((its) => permissionFinding(its, program)), ...(tables.length === 0 ? [whole] : tables)]
}

function permissionFinding ({ program, denied, unshown }: Permissions, needed: ProgramOfTables): Finding {
  const subject = `permissions of ${program}`
  if (denied.length === 0) return ok(subject, unshown.length === 0 ? 'all are there' : `none is denied; ${unshown.join(', ')} cannot be shown without a change`)
  const others = denied.length - NAMED_MAX
  const says = `${denied.slice(0, NAMED_MAX).join(', ')}${others > 0 ? ` and ${others} more` : ''} ${denied.length === 1 ? 'is' : 'are'} denied`
  const remedy = `npx --no basvideo tables --policy ${program} prints the policy that it needs`
  return program === needed ? fault(subject, says, remedy) : note(subject, says, `none where ${program} runs with other credentials; else ${remedy}`)
}
