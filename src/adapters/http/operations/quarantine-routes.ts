import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { QuarantineUseCases } from '#application/quarantine/use-cases.js'
import { Quarantine, QuarantinedWrite, QuarantineParams } from './quarantine-schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

export const quarantineRoutes: FastifyPluginAsyncTypebox<QuarantineUseCases> = async (app, { listQuarantine, retryQuarantined, resolveQuarantined }) => {
  app.get('/api/admin/quarantine', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listQuarantine', 'Back office', 'Writes of an outage that this node could not carry out and that wait for a person'),
      response: { 200: ref(Quarantine), ...problems(400, 401, 403) },
    },
  }, async () => ({ items: [...await listQuarantine()] }))

  for (const [name, operationId, summary, end] of [
    ['retry', 'retryQuarantined', 'Let a write in quarantine be tried again', retryQuarantined],
    ['resolve', 'resolveQuarantined', 'End a write in quarantine for good: you have seen to it in another way', resolveQuarantined],
  ] as const) {
    app.post(`/api/admin/quarantine/:sequence/${name}`, {
      config: { policy: 'admin' },
      schema: {
        ...describe(operationId, 'Back office', summary),
        params: QuarantineParams,
        response: { 200: ref(QuarantinedWrite), ...problems(400, 401, 403, 404, 422) },
      },
    }, async ({ params: { sequence } }) => await end(Number(sequence)))
  }
}
