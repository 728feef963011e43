import { makeApi, newKey } from './api.js'
import { makeChat } from './chat.js'
import { $ } from './elements.js'
import { makeProducts } from './products.js'
import { follow } from './stream.js'
import { inEachLanguage, t } from './texts.js'

/**
 * Shows a live room as one person sees it.
 * @param {{roomId: string, sellerId: string, userId: string | null, token: string | null}} entered without user and token: a guest
 */
export async function showRoom ({ roomId, sellerId, userId, token }) {
  const call = makeApi(token)
  const readRoom = async () => await call('GET', `/api/rooms/${roomId}`)
  let room = await readRoom()
  let state = 'connecting'
  let viewers = null

  const isSeller = userId === sellerId
  const nameOf = (productId) => room.products.find((product) => product.productId === productId)?.name ?? '?'
  const setRoom = (next) => {
    if (next.version < room.version) return
    room = next
    show()
  }
  const products = makeProducts({ call, seller: sellerId, isSeller, isBuyer: userId !== null && !isSeller, roomOf: () => room, setRoom })
  const chat = makeChat(userId, nameOf)

  function show () {
    $('title').textContent = room.title
    $('who').textContent = t('you', userId ?? t('guest'))
    $('viewers').textContent = viewers === null ? '' : t('viewers', viewers)
    $('connection').textContent = t(room.status === 'live' ? state : 'ended')
    $('connection').dataset.state = room.status === 'live' ? state : 'ended'
    $('text').placeholder = t('placeholder')
    $('text').setAttribute('aria-label', t('placeholder'))
    $('write').hidden = userId === null || room.status !== 'live'
    products.show()
  }

  async function refresh () {
    await readRoom().then(setRoom, () => {})
  }

  const ticketOf = async () => token === null ? null : (await call('POST', '/api/events/tickets')).ticket
  inEachLanguage(show)
  $('room').hidden = false
  writeWith(call, roomId)
  follow(`/api/rooms/${roomId}/events`, ticketOf, {
    state: (next) => {
      state = next
      show()
    },
    entries: ({ entries }) => {
      chat.add(entries)
      if (entries.some(({ kind }) => kind === 'room')) refresh()
    },
    reset: () => {
      chat.clear()
      refresh()
    },
    viewers: (news) => {
      viewers = news.viewers
      show()
    },
  })
}

/** The form that writes. A text stays in it until the service has it, and a repeat sends it under the same id. */
function writeWith (call, roomId) {
  let clientMessageId = newKey()
  $('text').addEventListener('input', () => { clientMessageId = newKey() })
  $('write').addEventListener('submit', async (event) => {
    event.preventDefault()
    const text = $('text').value.trim()
    if (text === '') return
    const button = $('write').querySelector('button')
    button.disabled = true
    try {
      await call('POST', `/api/rooms/${roomId}/messages`, { text, clientMessageId })
      $('text').value = ''
      clientMessageId = newKey()
      $('write-error').textContent = ''
    } catch ({ code }) {
      $('write-error').textContent = t('failed', code)
    } finally {
      button.disabled = false
      $('text').focus()
    }
  })
}
