import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import type { ProviderStanding } from '#application/payments/read-providers.js'
import { BREAKER_STATES } from '#application/ports/payment-gateway.js'
import { describe } from '../openapi/openapi.js'
import { known, nullable, ref, Timestamp } from '../shared/schemas.js'

const example = { name: 'simulator', currencies: null, breaker: 'open', since: '2026-11-23T13:00:00.000Z', lastErrorCode: 'outcome_unknown' }

export const Provider = Type.Object({
  name: Type.String(),
  currencies: nullable(Type.Array(Type.String(), { description: 'ISO 4217 codes; null for all that the service knows' })),
  breaker: known(BREAKER_STATES, 'show it as it is', '`open`: new payments are held back, and those of another provider are not. `half_open`: one of them may try'),
  since: Type.Optional({ ...Timestamp, description: 'When the provider was found to be out, or to answer again. Absent where this process has not seen it out' }),
  lastErrorCode: Type.Optional(Type.String({ description: 'The code of the last charge that the provider did not take, or `outcome_unknown` where it did not say what became of it. Absent where there was none since the start' })),
}, { $id: 'Provider', examples: [example] })

export const ProviderList = Type.Object({ providers: Type.Array(ref(Provider)) }, { $id: 'ProviderList', examples: [{ providers: [example] }] })

/** Without what is not known. */
export function standingView ({ since, lastErrorCode, ...provider }: ProviderStanding) {
  return { ...provider, ...(since !== null && { since }), ...(lastErrorCode !== null && { lastErrorCode }) }
}

export const providerRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { readProviders }) => {
  app.get('/api/admin/providers', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listProviders', 'Back office', 'List the payment providers with their state, as the process that answers finds them'),
      response: { 200: ref(ProviderList) },
    },
  }, async () => ({ providers: readProviders().map((provider) => ({ ...standingView(provider), currencies: provider.currencies === null ? null : [...provider.currencies] })) }))
}
