import { readdirSync, readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '#domain/errors.js'
import { isLoopback } from '#domain/network.js'

/** Those who may enter, by their user ids. The first one sells. */
export const DEMO_PEOPLE = ['mehmet', 'ayse', 'can'] as const
export type DemoPerson = typeof DEMO_PEOPLE[number]

/** What a browser needs to show the room. A guest has neither user nor token. */
export interface Entered {
  readonly roomId: string
  readonly sellerId: string
  readonly userId: string | null
  readonly token: string | null
}

/** Finds the live room, or makes one. @throws already_live where another request makes one just now, and what the use cases throw */
export type EnterDemo = (as: DemoPerson | null) => Promise<Entered>

const FOLDER = 'src/adapters/demo/page'
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8' }

const POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", 'img-src data:', "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  "require-trusted-types-for 'script'", "trusted-types 'none'"].join('; ')

const EnterBody = Type.Object({ as: Type.Union([Type.Null(), ...DEMO_PEOPLE.map((name) => Type.Literal(name))]) }, { additionalProperties: false })

/** A live room to look at, at /demo/, for developers. It gives out tokens, and so only to those who sit at this machine. */
export function makeDemoPages (enter: EnterDemo): FastifyPluginAsync {
  const folder = join(dirname(String(findPackageJSON(import.meta.url))), FOLDER)
  const route = { config: { policy: 'public' }, schema: { hide: true } } as const

  return async (app) => {
    app.get('/demo', route, async (_request, reply) => reply.redirect('/demo/', 308))
    for (const name of readdirSync(folder)) {
      const content = readFileSync(join(folder, name))
      const headers = { 'content-type': String(TYPES[extname(name)]), 'content-security-policy': POLICY, 'cache-control': 'no-cache' }
      app.get(name === 'index.html' ? '/demo/' : `/demo/${name}`, route, async (_request, reply) => reply.headers(headers).send(content))
    }
    app.post<{ Body: Static<typeof EnterBody> }>('/demo/enter', { config: { policy: 'public' }, schema: { hide: true, body: EnterBody } }, async ({ body, headers: { host = '' }, raw: { socket } }) => {
      // A page of another site can let its own name lead to this machine.
      if (!isLoopback(host) || !isLoopback(String(socket.remoteAddress))) throw new DomainError('forbidden', 'people enter on this machine alone, at an address such as http://127.0.0.1')
      return await enter(body.as)
    })
  }
}
