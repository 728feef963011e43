import t from 'tap'
import { MemoryOrderIndex } from '../../../src/adapters/memory/order-index.js'
import { orderIndexContract } from '../../contracts/order-index.contract.js'

orderIndexContract(t, async () => {
  const orderIndex = new MemoryOrderIndex()
  return { orderIndex, write: async (writes) => { for (const write of writes) orderIndex.add(write) } }
})
