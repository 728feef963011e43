import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { registerSecurityLog } from '../guards/security-log.js'
import { oneOfSecrets } from '../guards/secrets.js'
import { describe } from '../openapi/openapi.js'
import { answerProblem } from '../shared/error-handler.js'
import { HttpProblem } from '../shared/problem.js'
import { requestIdFrom, type RequestMetrics } from '../shared/request-log.js'

export interface MetricsOptions {
  readonly metrics: Pick<RequestMetrics, 'render'>
  /** Null: anyone may read the metrics. */
  readonly token: string | null
}

export const metricsRoutes: FastifyPluginAsyncTypebox<MetricsOptions> = async (app, { metrics, token }) => {
  const isKnown = token === null ? () => true : oneOfSecrets([`Bearer ${token}`])
  app.get('/metrics', {
    config: { policy: 'public', rateLimit: false, refuses: ['unauthorized'] },
    schema: {
      ...describe('getMetrics', 'Service', 'Read metrics in the format of Prometheus, with the METRICS_TOKEN if there is one'),
      response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } },
    },
  }, async ({ headers: { authorization = '' } }, reply) => {
    if (!isKnown(authorization)) throw new HttpProblem('unauthorized', 'send Authorization: Bearer <METRICS_TOKEN>')
    const { contentType, body } = await metrics.render()
    return await reply.type(contentType).serializer(String).send(body)
  })
}

/** The metrics alone, for a port of their own. */
export async function makeMetricsApp ({ logger, ...options }: MetricsOptions & { readonly logger: FastifyBaseLogger }): Promise<FastifyInstance> {
  const app = Fastify({ loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }), genReqId: requestIdFrom(() => false) })
  app.setErrorHandler(answerProblem)
  registerSecurityLog(app)
  await app.register(metricsRoutes, options)
  return app
}
