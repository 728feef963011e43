import { newKey } from './api.js'
import { $, element } from './elements.js'
import { priceText, t } from './texts.js'

/** The products of a room: buyers buy, and the seller pins. */
export function makeProducts ({ call, seller, isSeller, isBuyer, roomOf, setRoom }) {
  /** The keys of payments that have no answer yet: a second click repeats the first request. */
  const keys = new Map()
  let outcome = () => ''

  function say (next) {
    outcome = next
    $('outcome').textContent = outcome()
  }

  async function buy ({ productId, price }) {
    const { roomId } = roomOf()
    const key = keys.get(productId) ?? newKey()
    keys.set(productId, key)
    say(() => t('paying'))
    try {
      const body = { ...price, orderId: `demo-${key}`, sellerId: seller, roomId, productId, provider: 'simulator', paymentMethod: { token: 'tok_ok' } }
      const { status } = await call('POST', '/api/payments/process', body, { 'idempotency-key': key })
      keys.delete(productId)
      say(() => status === 'succeeded' ? t('paid', priceText(price)) : t('pending'))
    } catch ({ code }) {
      if (code !== 'offline') keys.delete(productId)
      say(() => t('failed', code))
    }
  }

  async function pin (productIds) {
    try {
      setRoom(await call('PUT', `/api/rooms/${roomOf().roomId}/pinned`, { productIds }))
      say(() => '')
    } catch ({ code }) {
      say(() => t('failed', code))
    }
  }

  function item (product, isPinned, isLive) {
    const { productId, name, price, soldOut } = product
    const label = element('span', { className: 'product', text: name })
    if (isPinned) label.append(element('small', { text: t('pinned') }))
    const made = element('li', { className: isPinned ? 'pinned' : '' }, label, element('span', { text: priceText(price) }))
    made.dataset.productId = productId
    if (isSeller) made.append(element('button', { text: t(isPinned ? 'unpin' : 'pin'), disabled: !isLive, onclick: async () => { await pin(isPinned ? [] : [productId]) } }))
    if (isBuyer) made.append(element('button', { className: 'go', text: t(soldOut ? 'soldOut' : 'buy'), disabled: soldOut || !isLive, onclick: async () => { await buy(product) } }))
    return made
  }

  return {
    show () {
      const { products, pinned: { productIds }, status } = roomOf()
      const rank = ({ productId }) => productIds.includes(productId) ? 0 : 1
      $('products').replaceChildren(...products.toSorted((one, other) => rank(one) - rank(other)).map((product) => item(product, rank(product) === 0, status === 'live')))
      $('outcome').textContent = outcome()
    },
  }
}
