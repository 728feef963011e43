import t from 'tap'
import { memoryPersistence } from '#adapters/memory/persistence.js'
import { Table } from '#adapters/memory/engine/table.js'
import { persistenceContract } from '../../contracts/persistence.contract.js'

persistenceContract(t, async () => memoryPersistence())

t.test('an index that vouches for a row that is not there is a fault that shows', async (t) => {
  t.throws(() => new Table().require('msg_1'), { message: /msg_1/ })
})
