import t from 'tap'
import { makeEnterDemo } from '#infrastructure/sample/live-room.js'
import { DomainError } from '#domain/errors.js'
import { clock, identity } from '#adapters/system/system.js'
import { startService, verifyTestToken } from '../../support/service.js'

interface Entered { readonly roomId: string, readonly sellerId: string, readonly userId: string | null, readonly token: string | null }

t.test('all who enter come into the same live room, each with a token of their own, and guests without one', async (t) => {
  const { app, call } = await startService(t)
  const enter = async (as: string | null): Promise<Entered> => (await app.inject({ method: 'POST', url: '/demo/enter', payload: { as }, headers: { host: 'localhost:4000' } })).json()
  const seller = await enter('mehmet')
  const [buyer, guest] = [await enter('ayse'), await enter(null)]
  t.same([buyer.roomId, guest.roomId], [seller.roomId, seller.roomId])
  t.match(guest, { sellerId: 'mehmet', userId: null, token: null })
  t.match(verifyTestToken(String(buyer.token)), { sub: 'ayse', role: undefined, email: undefined })
  t.match((await call('GET', `/api/rooms/${seller.roomId}`)).body, { status: 'live' })
  const standing = await call('GET', `/api/rooms/${seller.roomId}/members/me`, { authorization: `Bearer ${String(seller.token)}` })
  t.match(standing.body, { role: 'owner' })
})

t.test('its pages have a policy that allows no script of others', async (t) => {
  const { app } = await startService(t)
  const page = await app.inject('/demo/')
  t.match(page.headers, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': /default-src 'none'; script-src 'self'; .*require-trusted-types-for 'script'/ })
  for (const [, path = ''] of page.payload.matchAll(/(?:src|href)="(\/demo\/\w[^"]*)"/g)) t.equal((await app.inject(path)).statusCode, 200, path)
  t.match((await app.inject('/demo/main.js')).headers, { 'content-type': 'text/javascript; charset=utf-8' })
  t.match(await app.inject('/demo'), { statusCode: 308, headers: { location: '/demo/' } })
})

t.test('it gives out tokens on this machine alone', async (t) => {
  const { app } = await startService(t)
  const enter = async (host: string, remoteAddress: string) => await app.inject({ method: 'POST', url: '/demo/enter', payload: { as: 'ayse' }, headers: { host }, remoteAddress })
  t.equal((await enter('127.0.0.1:4000', '127.0.0.1')).statusCode, 200)
  t.match((await enter('shop.example', '127.0.0.1')).json(), { code: 'forbidden' })
  t.match((await enter('127.0.0.1:4000', '192.0.2.7')).json(), { code: 'forbidden' })
  t.match((await app.inject({ method: 'POST', url: '/demo/enter', payload: { as: 'admin' }, headers: { host: 'localhost' } })).json(), { code: 'validation_failed' })
})

t.test('it is neither in production nor where others sign the tokens', async (t) => {
  for (const env of [{ NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open', UNSUBSCRIBE_SECRET: 'a secret for the links that end e-mails, long' }, { AUTH_MODE: 'jwks', JWKS_URL: 'https://id.example/' }]) {
    const { app } = await startService(t, { env })
    t.equal((await app.inject('/demo/')).statusCode, 404)
    t.equal((await app.inject({ method: 'POST', url: '/demo/enter', payload: { as: 'ayse' } })).statusCode, 404)
  }
})

t.test('two who enter an empty house at the same moment come into one room', async (t) => {
  const live: string[] = []
  const room = (roomId: string) => ({ room: { roomId } })
  const startRoom = async ({ roomId }: { readonly roomId: string }) => {
    if (live.length > 0) throw new DomainError('already_live', 'the streamer has another live room')
    live.push(roomId)
  }
  let rooms = 0
  const useCases = {
    addStreamer: async () => {},
    createRoom: async () => room(`room_${++rooms}`),
    startRoom,
    listRooms: async () => ({ items: live.map((roomId) => ({ roomId })), nextKey: null }),
  } as unknown as Parameters<typeof makeEnterDemo>[0]['useCases']
  const enter = makeEnterDemo({ useCases, identity, sign: () => clock() })
  const [one, other] = await Promise.all([enter('mehmet'), enter(null)])
  t.equal(rooms, 2)
  t.same([one.roomId, other.roomId], [live[0], live[0]])
  const shut = makeEnterDemo({ useCases: { ...useCases, listRooms: async () => ({ items: [], nextKey: null }) }, identity, sign: () => '' })
  await t.rejects(shut('ayse'), { code: 'already_live' }, 'where the other room cannot be found yet, the page says so')
  const away = makeEnterDemo({ useCases: { ...useCases, listRooms: async () => ({ items: [], nextKey: null }), startRoom: async () => { throw new Error('the store is away') } }, identity, sign: () => '' })
  await t.rejects(away('ayse'), { message: 'the store is away' })
})
