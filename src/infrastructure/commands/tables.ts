import { createTables, planTables } from '#adapters/dynamodb/schema/create-tables.js'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { policyOf, PROGRAMS_OF_TABLES } from '#adapters/dynamodb/schema/policies.js'
import { storeOptions } from '../config/store-config.js'
import { messagesOf, readArguments, readSettings, refuseArguments } from '../runtime/command-line.js'

/** Creates every table and index, or those that are missing. Ends with 1 where one differs from its definition. */
export async function tables (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { plan, policy } } = readArguments({
    name: 'tables',
    usage: `[--plan | --policy <program>]
  --plan              shows what would be made and what differs, and changes nothing
  --policy <program>  prints the least policy of IAM for start, tables, backfill or drain`,
    options: { plan: { type: 'boolean', default: false }, policy: { type: 'string' } },
  })
  const options = readSettings('tables', () => storeOptions(env))
  if (policy !== undefined) {
    const program = PROGRAMS_OF_TABLES.find((name) => name === policy) ?? refuseArguments('tables', '--policy must be start, tables, backfill or drain')
    process.stdout.write(`${JSON.stringify(policyOf(program, options), null, 2)}\n`)
    return
  }
  const { database, close } = openDatabase(options)
  const report = (line: string) => process.stdout.write(`${line}\n`)
  report(`DynamoDB ${options.endpoint ?? `of AWS, region ${options.region}`}`)
  try {
    const isWhole = plan ? await planTables(database, report) : await createTables(database, { report })
    if (!isWhole) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`The tables could not be created: ${messagesOf(error).join(': ')}\n`)
    process.exitCode = 1
  }
  close()
}
