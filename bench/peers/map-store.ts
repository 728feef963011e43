/** The service with a Map in place of the message store: no order, no participant sides, no events. */
import { destination } from 'pino'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Message } from '#domain/messages/message.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { makeService } from '#infrastructure/server.js'
import { withMethods } from '#adapters/durability/proxy.js'

const config = loadConfig(process.env, () => '')
const stdout = destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100 })
const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: (line) => { stdout.write(line) } })
const messages = new Map<string, Message>()
const memory = memoryStores()
const store = {
  ...memory,
  messages: withMethods(memory.messages, {
    insert: async (draft) => {
      messages.set(draft.messageId, draft)
      return { inserted: true, stored: draft }
    },
  }),
}
const { listen } = await makeService(config, logger, { openedStores: store })
await listen()
