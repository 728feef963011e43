import t from 'tap'
import { MemoryOrderIndex } from '../../../src/adapters/memory/order-index.js'
import { MemoryProjections } from '../../../src/adapters/memory/projection.js'
import { MemoryStatsStore } from '../../../src/adapters/memory/stats-store.js'
import { orderIndexContract } from '../../contracts/order-index.contract.js'

orderIndexContract(t, async () => {
  const orderIndex = new MemoryOrderIndex()
  const projections = new MemoryProjections(new MemoryStatsStore(), orderIndex)
  return { orderIndex, write: async (writes) => { projections.apply(writes) } }
})
