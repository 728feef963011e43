const TEXTS = {
  tr: {
    entranceTitle: 'Canlı yayın odası',
    entranceNote: 'Kim olduğunuzu seçin. Başka bir pencerede başka biri olarak girin: biri yazar, öteki anında görür.',
    seller: 'Satıcı: ürünleri öne çıkarır ve yazar',
    buyer: 'Alıcı: yazar ve satın alır',
    guest: 'Misafir',
    guestNote: 'İzler ve okur',
    you: (name) => `Siz: ${name}`,
    products: 'Ürünler',
    pinned: 'Öne çıkan ürün',
    pin: 'Öne çıkar',
    unpin: 'Geri al',
    buy: 'Satın al',
    soldOut: 'Tükendi',
    chat: 'Sohbet',
    placeholder: 'Bir şey yazın',
    send: 'Gönder',
    sold: (units, name) => `${units} × ${name} satıldı`,
    deleted: 'Mesaj silindi',
    viewers: (count) => `${count} izleyici`,
    connecting: 'Bağlanıyor…',
    open: 'Canlı',
    lost: 'Bağlantı koptu, yeniden bağlanıyor…',
    removed: 'Bu odadan çıkarıldınız',
    ended: 'Yayın sona erdi',
    paying: 'Ödeniyor…',
    paid: (price) => `Ödendi: ${price}`,
    pending: 'Ödeme sürüyor',
    failed: (code) => code === 'offline' ? 'Bağlantı yok. Yeniden deneyin.' : `Olmadı (${code}). Yeniden deneyin.`,
  },
  en: {
    entranceTitle: 'Live room',
    entranceNote: 'Choose who you are. Enter as another person in a second window: one writes, and the other sees it at once.',
    seller: 'Seller: pins products and writes',
    buyer: 'Buyer: writes and buys',
    guest: 'Guest',
    guestNote: 'Watches and reads',
    you: (name) => `You are ${name}`,
    products: 'Products',
    pinned: 'Pinned',
    pin: 'Pin',
    unpin: 'Unpin',
    buy: 'Buy',
    soldOut: 'Sold out',
    chat: 'Chat',
    placeholder: 'Write something',
    send: 'Send',
    sold: (units, name) => `${units} × ${name} sold`,
    deleted: 'The message was deleted',
    viewers: (count) => count === 1 ? '1 viewer' : `${count} viewers`,
    connecting: 'Connecting…',
    open: 'Live',
    lost: 'The connection is lost, connecting again…',
    removed: 'You were removed from this room',
    ended: 'The broadcast has ended',
    paying: 'Paying…',
    paid: (price) => `Paid: ${price}`,
    pending: 'The payment goes on',
    failed: (code) => code === 'offline' ? 'There is no connection. Try again.' : `That did not work (${code}). Try again.`,
  },
}

const asked = new URLSearchParams(window.location.search).get('lang') ?? navigator.language.slice(0, 2)
let language = asked === 'tr' ? 'tr' : 'en'
const listeners = []

/** A text in the language of the page. */
export function t (key, ...values) {
  const text = TEXTS[language][key]
  return typeof text === 'function' ? text(...values) : text
}

/** @param {{amount: number, currency: string}} price `amount` in minor units */
export function priceText ({ amount, currency }) {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits)
}

/** Calls back now, and each time that the language changes. */
export function inEachLanguage (show) {
  listeners.push(show)
  show()
}

export function setLanguage (next) {
  language = next
  for (const show of listeners) show()
}

inEachLanguage(() => {
  document.documentElement.lang = language
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text)
  for (const button of document.querySelectorAll('[data-language]')) button.setAttribute('aria-pressed', String(button.dataset.language === language))
})
for (const button of document.querySelectorAll('[data-language]')) button.addEventListener('click', () => { setLanguage(button.dataset.language) })
