/** The service's duties in Express: tokens, validation by the same schemas, the same access log. */
import { randomUUID } from 'node:crypto'
import type { Static, TSchema } from '@sinclair/typebox'
import { Ajv } from 'ajv'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import jsonwebtoken from 'jsonwebtoken'
import { destination, pino } from 'pino'
import { pinoHttp } from 'pino-http'
import * as messageSchemas from '#adapters/http/messages/schemas.js'
import * as paymentSchemas from '#adapters/http/payments/schemas.js'
import { namedSchemas, SHOWN_AS } from '#adapters/http/shared/schemas.js'
import { ISSUER } from '../caller.js'

const ajv = new Ajv({ validateFormats: false, keywords: [SHOWN_AS] })
for (const schema of [messageSchemas, paymentSchemas].flatMap(namedSchemas)) ajv.addSchema(schema)

/** Writes the log in batches, as the service does. */
const accessLog = pinoHttp({
  logger: pino({}, destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100 })),
  genReqId: () => randomUUID(),
  quietReqLogger: true,
  serializers: {
    req: ({ method }: { method: string }) => ({ method }),
    res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
  },
  customProps: (_request, response) => {
    const { req, locals } = response as unknown as Response
    return { route: (req.route as { path: string } | undefined)?.path ?? 'none', userId: locals['userId'] as string | undefined ?? null }
  },
})

const authenticate: RequestHandler = (request, response, next) => {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  try {
    const { secret, issuer, audience } = ISSUER
    const claims = jsonwebtoken.verify(token, secret, { algorithms: ['HS256'], issuer, audience })
    response.locals['userId'] = typeof claims === 'string' ? undefined : claims.sub
    next()
  } catch {
    response.status(401).json({ code: 'unauthorized' })
  }
}

type Part = 'body' | 'headers' | 'params' | 'query'

export function validate (part: Part, schema: TSchema): RequestHandler {
  const check = ajv.compile(schema)
  return (request, response, next) => {
    if (check(request[part])) next()
    else response.status(400).json({ code: 'validation_failed', errors: check.errors })
  }
}

export const userOf = (response: Response): string => response.locals['userId'] as string
export const bodyOf = <T extends TSchema>(request: Request, _schema: T): Static<T> => request.body as Static<T>

/** `open` adds the routes that take no token. */
export function appWithDuties (open: (app: Express) => void = () => {}): Express {
  const app = express()
  app.use(accessLog)
  open(app)
  app.use(authenticate, express.json({ limit: '64kb' }))
  return app
}
