import type { CarrierDefinition, MakeCarrier, PreparedCarrier } from '#adapters/exchange/carrier.js'
import { dhlEcommerce } from '#adapters/carriers/dhl-ecommerce/carrier.js'
import { easypost } from '#adapters/carriers/easypost/carrier.js'
import { geliver } from '#adapters/carriers/geliver/carrier.js'
import { manual } from '#adapters/carriers/manual/carrier.js'
import { simulator } from '#adapters/carriers/simulator/carrier.js'
import { yurtici } from '#adapters/carriers/yurtici/carrier.js'
import { readListed, schemaOf, secretsOf, secretVariables, type Sources, valuesOf, variablesOf } from './provider-values.js'
import { ConfigError, split } from './variables.js'

/** Every carrier, in the order of the documentation. Configuration, documentation and wiring follow from this list. */
const LIST: readonly CarrierDefinition[] = [simulator, manual, easypost, geliver, dhlEcommerce, yurtici]

export const CARRIER_NAMES = LIST.map(({ name }) => name)

const VARIABLES = variablesOf(LIST)

/** Every variable of every carrier, for the schema of the environment. */
export const carrierSchema = schemaOf(VARIABLES)

export const CARRIER_SECRETS = secretVariables(VARIABLES)

/** In order of preference. */
export type PreparedCarriers = readonly [PreparedCarrier, ...PreparedCarrier[]]

/**
 * The carriers of SHIPPING_CARRIERS, each with its settings, and every secret of every carrier, used or not. Without the variable
 * production types tracking numbers alone, and development has the simulator beside that.
 *
 * @throws ConfigError
 */
export function readCarriers (sources: Sources & { readonly values: { readonly SHIPPING_CARRIERS?: string } }): { readonly carriers: PreparedCarriers, readonly secrets: readonly string[] } {
  const { values: { SHIPPING_CARRIERS: given = sources.production ? 'manual' : 'simulator,manual' }, production } = sources
  const secrets = new Set<string>()
  const carriers = readListed('SHIPPING_CARRIERS', split(given), (name) => {
    const definition = definitionOf(name)
    if (definition === undefined) throw new ConfigError('SHIPPING_CARRIERS', `must be made of ${CARRIER_NAMES.join(', ')}`)
    return { name, settings: definition.settings(valuesOf(definition.variables, sources, secrets), production) }
  })
  for (const [name, variable] of VARIABLES) for (const secret of secretsOf(variable, sources.values[name])) secrets.add(secret)
  return { carriers, secrets: [...secrets] }
}

/** Loads a configured carrier, and no other. */
export async function loadCarrier ({ name, settings }: PreparedCarrier): Promise<MakeCarrier> {
  return await (definitionOf(name) as CarrierDefinition).load(settings)
}

function definitionOf (name: string): CarrierDefinition | undefined {
  return LIST.find((one) => one.name === name)
}
