import type { FastifyPluginAsync } from 'fastify'
import { escaped, languageOf, makePage, type Language, type Page } from '#adapters/pages/page.js'
import type { ServiceRoutesOptions } from './service-routes.js'

const NAME = 'BasVideo'
const WORDS = {
  tr: { title: 'BasVideo API çalışıyor', version: 'Sürüm', mode: 'Kip', docs: 'API belgeleri', openapi: 'OpenAPI', health: 'Sağlık durumu' },
  en: { title: 'The BasVideo API is running', version: 'Version', mode: 'Mode', docs: 'API reference', openapi: 'OpenAPI', health: 'Health' },
}

interface Links {
  readonly docs?: string
  readonly openapi?: string
  readonly health: string
}

interface Facts {
  readonly name: string
  readonly version: string
  readonly mode: string
  readonly links: Links
}

/** What runs here: a page for a browser, JSON for a program. */
export const frontRoutes: FastifyPluginAsync<ServiceRoutesOptions> = async (app, { info, status, apiDocs }) => {
  const links = { ...(apiDocs && { docs: '/docs', openapi: '/openapi.json' }), health: '/api/health' }
  app.get('/', { config: { policy: 'public' }, schema: { hide: true } }, async ({ headers }, reply) => {
    const facts = { name: NAME, version: info.version, mode: status().mode, links }
    if (headers.accept?.includes('text/html') !== true) return facts
    const page = frontPage(languageOf(headers['accept-language']), facts)
    return await reply.headers(page.headers).send(page.html)
  })
}

function frontPage (language: Language, { version, mode, links }: Facts): Page {
  const words = WORDS[language]
  const items = Object.entries(links).map(([name, url]) => `<li><a href="${String(url)}">${words[name as keyof Links]}</a></li>`)
  return makePage(language, words.title, `<dl><dt>${words.version}</dt><dd>${escaped(version)}</dd><dt>${words.mode}</dt><dd>${escaped(mode)}</dd></dl>
<ul>${items.join('')}</ul>`)
}
