import { PROGRAMS_OF_TABLES } from '#adapters/dynamodb/schema/policies.js'
import { checkConfiguration } from '../checks/configuration.js'
import { checkDisk } from '../checks/disk.js'
import { lineOf } from '../checks/finding.js'
import { checkMail } from '../checks/mail.js'
import { checkCarriers, checkProviders, checkSms } from '../checks/providers.js'
import { checkStore } from '../checks/store.js'
import { readArguments, refuseArguments } from '../runtime/command-line.js'

/** Looks at all that the service needs, and changes nothing: a line for each finding, with a remedy. Ends with 1 where one is a fault. */
export async function doctor (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { program: name } } = readArguments({
    name: 'doctor',
    usage: `[--program start]
  --program <program>  whose permissions have to be there: start, tables, backfill or drain`,
    options: { program: { type: 'string', default: 'start' } },
  })
  const program = PROGRAMS_OF_TABLES.find((known) => known === name) ?? refuseArguments('doctor', `--program must be ${PROGRAMS_OF_TABLES.join(', ')}`)
  const { config, findings: first } = await checkConfiguration(env)
  const others = config === null ? [] : (await Promise.all([checkStore(config, program), checkProviders(config), checkCarriers(config), checkMail(config), checkSms(config), checkDisk(config)])).flat()
  const findings = [...first, ...others]
  const faults = findings.filter(({ grade }) => grade === 'fault').length
  const end = faults === 0 ? 'Nothing is wrong.' : `${faults} of ${findings.length} are wrong.`
  process.stdout.write([...findings.map((finding) => lineOf(finding, config?.secrets ?? [])), end, ''].join('\n'))
  if (faults > 0) process.exitCode = 1
}
