import type { FastifyPluginAsync } from 'fastify'
import { makeDemoPages } from '#adapters/demo/pages.js'
import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'
import { makeEnterDemo } from '../sample/live-room.js'
import type { Cradle } from './cradle.js'

const TOKEN_MS = 2 * 60 * 60 * 1000

/** The live room for developers; none in production, and where others sign the tokens. */
export function makeDemo ({ config: { production, auth }, useCases, identity }: Pick<Cradle, 'config' | 'useCases' | 'identity'>): readonly FastifyPluginAsync[] {
  if (production || auth.mode !== 'secret') return []
  return [makeDemoPages(makeEnterDemo({ useCases, identity, sign: makeSecretTokenSigner(auth, TOKEN_MS) }))]
}
