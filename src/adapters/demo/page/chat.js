import { $, element } from './elements.js'
import { inEachLanguage, t } from './texts.js'

/** So many entries stay on the page. */
const SHOWN_MAX = 200

/** The chat of a room, as its stream brings it. */
export function makeChat (me, nameOf) {
  const entries = new Map()

  function show () {
    const list = $('entries')
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    list.replaceChildren(...[...entries.values()].map(line))
    if (isAtEnd) list.scrollTop = list.scrollHeight
  }

  function line ({ kind, senderId, text, order, messageId }) {
    if (kind === 'order') return element('li', { className: 'order', text: t('sold', order.units, nameOf(order.productId)) })
    if (text === null) return element('li', { className: 'gone', text: t('deleted') })
    const item = element('li', { className: senderId === me ? 'mine' : '' }, element('b', { text: senderId ?? 'BasVideo' }), text)
    item.dataset.messageId = messageId
    return item
  }

  inEachLanguage(show)

  return {
    /** @param {readonly object[]} added the entries of a page */
    add (added) {
      for (const entry of added) {
        const { kind, messageId } = entry
        if (kind === 'deleted' && entries.has(messageId)) entries.set(messageId, { ...entries.get(messageId), text: null })
        if (kind === 'message' || kind === 'announcement' || kind === 'order') entries.set(messageId, entry)
      }
      for (const messageId of [...entries.keys()].slice(0, -SHOWN_MAX)) entries.delete(messageId)
      show()
    },
    clear () {
      entries.clear()
      show()
    },
  }
}
