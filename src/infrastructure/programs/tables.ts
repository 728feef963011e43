/** `npm run tables`: makes every table and index, or what is missing of them. */
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { createTables } from '#adapters/dynamodb/schema/create-tables.js'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'

const options = serverOptions(process.env)
const { database, close } = openDatabase({ ...options, tableNames: tableNames(process.env) })
const report = (line: string) => process.stdout.write(`${line}\n`)
report(`DynamoDB ${options.endpoint ?? `of AWS, region ${options.region}`}`)
try {
  await createTables(database, { report })
} catch (error) {
  process.stderr.write(`The tables could not be made: ${causeOf(error)}\n`)
  process.exitCode = 1
}
close()

/** Our own errors say little on purpose; whoever runs this wants to know what lies below. */
function causeOf (error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? `${message} (${cause.name}: ${cause.message})` : message
}
