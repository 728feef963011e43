import t from 'tap'
import { makeLocalBus } from '#adapters/system/bus.js'
import { busContract } from '../../contracts/bus.contract.js'

busContract(t, async () => {
  const bus = makeLocalBus()
  return [bus, bus]
})
