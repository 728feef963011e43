import t from 'tap'
import { memoryPersistence } from '../../../src/adapters/memory/persistence.js'
import { persistenceContract } from '../../contracts/persistence.contract.js'

persistenceContract(t, async () => memoryPersistence())
