import t from 'tap'
import { moderator, stranger, streamer, viewer, withRoom, type RoomBody } from '../../../support/rooms.js'
import { adminToken, adminUser, as, key, startService, type Body } from '../../../support/service.js'

const product = { productId: 'p-1', name: 'Atkı', price: { amount: 25_000, currency: 'TRY' } }
const titles = ({ items }: Body): unknown[] => items.map((item) => item['title'])

t.test('a streamer creates a room once for a key, and anyone reads it', async (t) => {
  const { call, roomId } = await withRoom(await startService(t), { isLive: false })
  const body = {
    title: 'Kışlık', description: 'Yün', category: 'moda', coverUrl: 'https://cdn.example/1.png', startsAt: '2126-12-01T18:00:00+03:00', visibility: 'public',
    products: [product, { ...product, productId: 'p-2', imageUrl: 'https://cdn.example/2.png', url: 'https://shop.example/2', soldOut: true }], settings: { slowModeS: 5, words: ['Spam'] },
  }
  const made = await call('POST', '/api/rooms', { ...streamer, ...key('k-1') }, body)
  t.equal(made.status, 201)
  t.match(made.body, {
    title: 'Kışlık', status: 'scheduled', startsAt: '2126-12-01T15:00:00.000Z', version: 1, pinned: { productIds: [], message: null },
    products: [{ productId: 'p-1', imageUrl: null, url: null, soldOut: false }, { imageUrl: 'https://cdn.example/2.png', url: 'https://shop.example/2', soldOut: true }],
    settings: { slowModeS: 5, messageMaxCharacters: 300, autoHideReports: 3 },
  })
  t.notMatch(made.text, /spam/i, 'the words are for moderators')
  const again = await call('POST', '/api/rooms', { ...streamer, ...key('k-1') }, body)
  t.match(again, { status: 200, headers: { 'idempotent-replayed': 'true' }, body: made.body })
  t.match(await call('POST', '/api/rooms', { ...streamer, ...key('k-1') }, { title: 'Başka' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.same((await call('GET', `/api/rooms/${(made.body as RoomBody).roomId}`)).body, { ...made.body, viewers: 0 })
  t.match(await call('GET', `/api/rooms/${roomId}`), { status: 200, body: { title: 'Atkılar' } })
  t.match(await call('GET', '/api/rooms/none'), { status: 404 })
})

t.test('who is no streamer has no room, and administrators create rooms of streamers', async (t) => {
  const { call, roomId, inRoom } = await withRoom(await startService(t), { isLive: false })
  t.match(await call('POST', '/api/rooms', { ...viewer, ...key('k-1') }, { title: 'Yok' }), { status: 403, body: { code: 'not_a_streamer' } })
  const { streamerId } = (await inRoom('GET', '', {})).body
  t.match(await call('POST', '/api/rooms', { ...viewer, ...key('k-1') }, { title: 'Yok', streamerId }), { status: 403, body: { code: 'forbidden' } })
  t.match(await call('POST', '/api/rooms', { ...adminToken, ...key('k-1') }, { title: 'Yok', streamerId: 'str_none' }), { status: 403, body: { code: 'not_a_streamer' } })
  t.match(await call('POST', '/api/rooms', { ...adminToken, ...key('k-1') }, { title: 'Yönetim', streamerId }), { status: 201, body: { streamerId } })
  t.match(await call('POST', '/api/rooms', { ...as(String(streamerId)), ...key('k-2') }, { title: 'Kendi', streamerId, copyModeratorsFrom: roomId }), { status: 201, body: { streamerId } })
})

t.test('a room takes the moderators of an earlier room of its streamer', async (t) => {
  const { call, roomId } = await withRoom(await startService(t), { isLive: false })
  const made = await call('POST', '/api/rooms', { ...streamer, ...key('k-1') }, { title: 'İkinci', copyModeratorsFrom: roomId })
  const members = await call('GET', `/api/rooms/${(made.body as RoomBody).roomId}/members?kind=moderator`, streamer)
  t.match(members.body.items, [{ userId: 'ceren', kind: 'moderator' }])
  await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('other') }, { email: 'ece@example.com', minutes: 10 })
  const other = as('ece', { email: 'ece@example.com', email_verified: true })
  t.match(await call('POST', '/api/rooms', { ...other, ...key('k-1') }, { title: 'Yabancı', copyModeratorsFrom: roomId }), { status: 404 })
})

t.test('products have an amount, a currency and an id of their own', async (t) => {
  const { call } = await withRoom(await startService(t), { isLive: false })
  const refusal = async (products: object[]) => (await call('POST', '/api/rooms', { ...streamer, ...key('k-1') }, { title: 'Ürün', products })).body.code
  t.equal(await refusal([product, product]), 'product_repeated')
  t.equal(await refusal([{ ...product, price: { amount: 1, currency: 'XXX' } }]), 'unsupported_currency')
})

t.test('an edit changes what it names, in the version that it names', async (t) => {
  const { inRoom } = await withRoom(await startService(t), { isLive: false, body: { description: 'Yün', products: [product] } })
  const edited = await inRoom('PATCH', '', streamer, { version: 1, title: 'Yeni', description: null, category: 'ev', coverUrl: 'https://cdn.example/3.png', startsAt: null, visibility: 'unlisted', settings: { messageMaxCharacters: 20 } })
  t.match(edited, { status: 200, body: { title: 'Yeni', description: null, category: 'ev', visibility: 'unlisted', version: 2, products: [{ productId: 'p-1' }], settings: { messageMaxCharacters: 20, slowModeS: 0 } } })
  t.match(await inRoom('PATCH', '', streamer, { version: 1, title: 'Geç' }), { status: 409, body: { code: 'version_conflict' } })
  t.match(await inRoom('PATCH', '', stranger, { version: 2, title: 'Yabancı' }), { status: 403, body: { code: 'forbidden' } })
  t.match(await inRoom('PATCH', '', adminUser, { version: 2, title: 'Yönetim' }), { status: 200 })
})

t.test('moderators set slow mode and words, and nothing else of a room', async (t) => {
  const { inRoom } = await withRoom(await startService(t))
  t.match(await inRoom('PATCH', '', moderator, { version: 2, settings: { slowModeS: 3, words: ['Dolandırıcı', '!'] } }), { status: 200, body: { settings: { slowModeS: 3 } } })
  t.match(await inRoom('GET', '/members/me', moderator), { body: { role: 'moderator', words: ['dolandirici'] } })
  t.match(await inRoom('GET', '/members/me', viewer), { body: { role: 'viewer', words: null } })
  t.match(await inRoom('PATCH', '', moderator, { version: 3, settings: { autoHideReports: 0 } }), { status: 403 })
  t.match(await inRoom('PATCH', '', moderator, { version: 3, title: 'Benim' }), { status: 403 })
})

t.test('a room starts and ends once, and nothing returns from the end', async (t) => {
  const { inRoom } = await withRoom(await startService(t), { isLive: false })
  t.match(await inRoom('POST', '/end', streamer), { status: 409, body: { code: 'room_state' } })
  t.match(await inRoom('POST', '/start', moderator), { status: 403 })
  const started = await inRoom('POST', '/start', streamer)
  t.match(started, { status: 200, body: { status: 'live', version: 2 } })
  t.same((await inRoom('POST', '/start', streamer)).body, started.body)
  t.match(await inRoom('DELETE', '', streamer), { status: 409, body: { code: 'room_state' } })
  const ended = await inRoom('POST', '/end', streamer)
  t.match(ended, { status: 200, body: { status: 'ended', endedReason: 'streamer', version: 3 } })
  t.same((await inRoom('POST', '/end', streamer)).body, ended.body)
  for (const [method, path, body] of [['POST', '/start'], ['DELETE', ''], ['PATCH', '', { version: 3, title: 'Geç' }], ['PUT', '/pinned', { productIds: [] }]] as const) {
    t.match(await inRoom(method, path, streamer, body), { status: 409, body: { code: 'room_state' } }, `${method} ${path}`)
  }
})

t.test('a scheduled room is canceled once', async (t) => {
  const { inRoom } = await withRoom(await startService(t), { isLive: false })
  const canceled = await inRoom('DELETE', '', streamer)
  t.match(canceled, { status: 200, body: { status: 'canceled' } })
  t.same((await inRoom('DELETE', '', streamer)).body, canceled.body)
  t.match(await inRoom('POST', '/start', streamer), { status: 409 })
})

t.test('an administrator ends a room as a moderator', async (t) => {
  const { inRoom } = await withRoom(await startService(t))
  t.match(await inRoom('POST', '/end', adminToken), { status: 200, body: { endedReason: 'moderator' } })
})

t.test('a streamer has one live room, and needs a minute for it', async (t) => {
  const { call, inRoom, roomId } = await withRoom(await startService(t), { minutes: 1 })
  const second = (await call('POST', '/api/rooms', { ...streamer, ...key('second') }, { title: 'İkinci' })).body as RoomBody
  const start = async () => await call('POST', `/api/rooms/${second.roomId}/start`, streamer)
  t.match(await start(), { status: 409, body: { code: 'already_live' } })
  await inRoom('POST', '/end', streamer)
  const { streamerId } = (await call('GET', `/api/rooms/${roomId}`)).body
  await call('POST', `/api/streamers/${String(streamerId)}/usage`, { ...streamer, ...key('used') }, { minutes: 1, broadcastId: 'obs-1' })
  t.match(await start(), { status: 409, body: { code: 'insufficient_minutes' } })
  await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('more') }, { email: 'ada@example.com', minutes: 1 })
  t.match(await start(), { status: 200, body: { status: 'live' } })
})

t.test('rooms are listed by status, category, streamer and a part of the title', async (t) => {
  const { call, roomId } = await withRoom(await startService(t))
  const make = async (number: string, body: object): Promise<void> => { await call('POST', '/api/rooms', { ...streamer, ...key(number) }, body) }
  await make('1', { title: 'Işıltılı çanta', category: 'moda' })
  await make('2', { title: 'Vazo', category: 'ev' })
  await make('3', { title: 'Gizli çanta', category: 'moda', visibility: 'unlisted' })
  const list = async (query: string) => titles((await call('GET', `/api/rooms?${query}`)).body)
  t.same(await list(''), ['Atkılar'], 'the live ones')
  t.same(await list('status=scheduled'), ['Vazo', 'Işıltılı çanta'])
  t.same(await list('status=scheduled&category=moda'), ['Işıltılı çanta'])
  t.same(await list('status=scheduled&q=ISILTILI%20CANTA'), ['Işıltılı çanta'])
  t.same(await list('status=scheduled&q=atki'), [])
  const { streamerId } = (await call('GET', `/api/rooms/${roomId}`)).body
  t.same(await list(`status=scheduled&streamerId=${String(streamerId)}`), ['Vazo', 'Işıltılı çanta'])
  t.same(await list(`status=scheduled&streamerId=${String(streamerId)}&category=ev`), ['Vazo'])
  t.same(await list('streamerId=str_none'), [])
  const first = await call('GET', '/api/rooms?status=scheduled&q=a&limit=1')
  t.same(titles(first.body), ['Vazo'])
  t.same(await list(`status=scheduled&q=a&limit=1&cursor=${String(first.body.nextCursor)}`), ['Işıltılı çanta'])
  t.match(await call('GET', `/api/rooms?status=live&q=a&limit=1&cursor=${String(first.body.nextCursor)}`), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('moderators pin products of the room and a message, and what an edit removes is no longer pinned', async (t) => {
  const { inRoom, say } = await withRoom(await startService(t), { body: { products: [product, { ...product, productId: 'p-2' }] } })
  const { messageId, position } = await say(viewer, 'Merhaba')
  t.match(await inRoom('PUT', '/pinned', moderator, { productIds: ['p-1', 'p-2'] }), { status: 200, body: { pinned: { productIds: ['p-1', 'p-2'], message: null } } })
  t.match(await inRoom('PUT', '/pinned', moderator, { message: { messageId, position } }), { body: { pinned: { productIds: ['p-1', 'p-2'], message: { messageId, position } } } })
  t.match(await inRoom('PUT', '/pinned', viewer, { productIds: [] }), { status: 403 })
  t.match(await inRoom('PUT', '/pinned', moderator, { productIds: ['p-3'] }), { status: 422, body: { code: 'product_unknown' } })
  t.match(await inRoom('PUT', '/pinned', moderator, { message: { messageId, position: '1.0' } }), { status: 404 })
  t.match(await inRoom('PUT', '/pinned', moderator, { message: { messageId: 'other', position } }), { status: 404 })
  t.match(await inRoom('PUT', '/pinned', moderator, {}), { status: 400 })
  t.match(await inRoom('PATCH', '', streamer, { version: 4, products: [product] }), { status: 200, body: { pinned: { productIds: ['p-1'], message: { messageId } } } })
  t.match(await inRoom('PUT', '/pinned', moderator, { message: null }), { body: { pinned: { message: null } } })
})
