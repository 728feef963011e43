import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { Table } from '#adapters/memory/engine/table.js'
import { persistenceContract } from '../../contracts/stores.contract.js'

persistenceContract(t, async () => memoryStores())

t.test('a reference to a row that does not exist is an error', async (t) => {
  t.throws(() => new Table().require('msg_1'), { message: /msg_1/ })
})
