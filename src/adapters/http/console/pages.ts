import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { languageOf, makePage } from '#adapters/pages/page.js'

export interface ConsolePagesOptions {
  /** Of the built console. */
  readonly folder: string
  readonly isBuilt: () => boolean
}

const POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
  "require-trusted-types-for 'script'", "trusted-types 'none'"].join('; ')
const HEADERS = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }
/** The name of an asset holds a digest of its content. All others have the same name in every version. */
const CACHE = { asset: 'public, max-age=31536000, immutable', other: 'no-cache' }

/** What else is beside them, is not served. */
const FILE = /^(assets\/)?[\w-]+(?:\.[\w-]+)+$/
const INDEX = 'index.html'

const UNBUILT = {
  tr: { title: 'Konsol derlenmemiş', text: 'Bu hizmetin klasöründe konsol yok. <code>npm run build</code> onu derler.' },
  en: { title: 'The console is not built', text: 'The folder of this service has no console. <code>npm run build</code> builds it.' },
}

/** The operators' console at /console/. Each address of a screen answers the one page, whose script shows the screen. */
export function makeConsolePages ({ folder, isBuilt }: ConsolePagesOptions): FastifyPluginAsync {
  const route = { config: { policy: 'public', rateLimit: false }, schema: { hide: true } } as const
  let opened: Promise<FastifyInstance> | undefined

  return async (app) => {
    app.addHook('onClose', async () => { await (await opened)?.close() })
    app.get('/console', route, async (_request, reply) => reply.redirect('/console/', 308))
    app.get<{ Params: { readonly '*': string } }>('/console/*', route, async ({ params: { '*': path }, headers }, reply) => {
      const [name = INDEX, assets] = FILE.exec(path) ?? []
      if (name === INDEX && !isBuilt()) {
        const { title, text } = UNBUILT[languageOf(headers['accept-language'])]
        const page = makePage(languageOf(headers['accept-language']), title, `<p>${text}</p>`)
        return await reply.code(404).headers(page.headers).send(page.html)
      }
      const files = await (opened ??= openFiles(folder))
      const { 'if-none-match': known = '' } = headers
      const { statusCode, headers: all, rawPayload } = await files.inject({ url: `/${name}`, headers: { 'if-none-match': known } })
      if (statusCode >= 400) return reply.callNotFound()
      const { connection, date, 'content-length': length, ...own } = all
      return await reply.code(statusCode).headers({ ...own, ...HEADERS, 'cache-control': assets === undefined ? CACHE.other : CACHE.asset }).send(rawPayload)
    })
  }
}

/** The files of a folder. Opened at the first request, so that no start waits for the package. */
async function openFiles (root: string): Promise<FastifyInstance> {
  const { default: files } = await import('@fastify/static')
  const app = Fastify()
  await app.register(files, { root, index: false, cacheControl: false })
  return app
}
