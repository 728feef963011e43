/** Writes of the stores without HTTP, in their own process: prints the processor time of each in microseconds, as JSON. */
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { dynamoStores } from '#adapters/dynamodb/stores.js'
import { message, payment } from '../../test/contracts/fixtures.js'
import { SIZE } from './size.js'

const AT_ONCE = 64
const { storeWarmUp, storeRound } = SIZE

const { messages, payments, close } = dynamoStores({
  ...serverOptions(process.env),
  tableNames: tableNames({}),
  groupMax: Number(process.env['DYNAMODB_GROUP_MAX']),
  // A machine that is busy with other work may answer late.
  timeouts: { connectionTimeout: 10_000, requestTimeout: 60_000 },
})

async function cpuUs (write: (number: number) => Promise<unknown>): Promise<number> {
  let number = 0
  const until = async (end: number): Promise<void> => {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (number < end) await write(number++) }))
  }
  await until(storeWarmUp)
  const before = process.cpuUsage()
  await until(storeWarmUp + storeRound)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / storeRound
}

const measured = {
  message: await cpuUs(async (number) => await messages.insert(message(`m${number}`, { receiverId: `to${number}` }))),
  intent: await cpuUs(async (number) => await payments.insert(payment(`p${number}`))),
}
process.stdout.write(JSON.stringify(measured))
await close()
