import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { createTables, planTables } from '#adapters/dynamodb/schema/create-tables.js'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { readArguments } from '../runtime/command-line.js'

/** Creates every table and index, or those that are missing. Ends with 1 where one differs from its definition. */
export async function tables (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { plan } } = readArguments({
    name: 'tables',
    usage: `[--plan]
  --plan  shows what would be made and what differs, and changes nothing`,
    options: { plan: { type: 'boolean', default: false } },
  })
  const options = serverOptions(env)
  const { database, close } = openDatabase({ ...options, tableNames: tableNames(env) })
  const report = (line: string) => process.stdout.write(`${line}\n`)
  report(`DynamoDB ${options.endpoint ?? `of AWS, region ${options.region}`}`)
  try {
    const isWhole = plan ? await planTables(database, report) : await createTables(database, { report })
    if (!isWhole) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`The tables could not be created: ${causeOf(error)}\n`)
    process.exitCode = 1
  }
  close()
}

/** Errors of the stores hide their cause from clients; an operator needs it. */
function causeOf (error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? `${message} (${cause.name}: ${cause.message})` : message
}
