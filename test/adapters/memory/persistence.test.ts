import t from 'tap'
import { memoryPersistence } from '../../../src/adapters/memory/persistence.js'
import { Table } from '../../../src/adapters/memory/table.js'
import { persistenceContract } from '../../contracts/persistence.contract.js'

persistenceContract(t, async () => memoryPersistence())

t.test('an index that vouches for a row that is not there is a fault that shows', async (t) => {
  t.throws(() => new Table().require('msg_1'), { message: /msg_1/ })
})
