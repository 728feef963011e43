import t from 'tap'
import { makeLocalBus } from '#adapters/system/bus.js'
import { busContract } from '../../contracts/bus.contract.js'

busContract(t, makeLocalBus)
