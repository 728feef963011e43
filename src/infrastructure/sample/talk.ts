import { currencyOf, offersOf } from './catalogue.js'
import type { Draw } from './draw.js'
import { BUYERS, SARAH, SELLERS, type Locale, type Person } from './people.js'

export interface Conversation {
  /** Names its texts. */
  readonly name: string
  readonly buyer: Person
  readonly seller: Person
  /** From the buyer and the seller in turn. */
  readonly texts: readonly string[]
  /** What the buyer writes last, and the seller reports; null: nothing. */
  readonly unwanted: string | null
  /** Whether both have read everything. */
  readonly isRead: boolean
}

/** From the buyer and the seller in turn; `*` is a product. */
const DIALOGUES: Readonly<Record<Locale, readonly [readonly string[], ...ReadonlyArray<readonly string[]>]>> = {
  tr: [
    ['Merhaba, * hâlâ var mı?', 'Evet, iki tane kaldı.', 'Süper, birini alıyorum. Yarına kargolar mısınız?', 'Tabii, sabah kargoya veriyorum.', 'Teşekkür ederim!'],
    ['Yayında gösterdiğiniz * kaç lira?', 'Fiyatı yayının altında, kargo dahil.', 'Taksit olur mu?'],
    ['* elime ulaştı, bir köşesi sökük.', 'Çok üzgünüm, yarısını hemen iade ediyorum.', 'Çok naziksiniz, bu şekilde tamamdır.'],
    ['* başka renkte var mı?', 'Yeşili ve grisi de var.', 'Grisini ayırır mısınız?', 'Ayırdım, iki gün sizin için saklıyorum.'],
    ['Hediye paketi yapıyor musunuz?', 'Elbette, notunuzu yazmanız yeterli.', '"İyi ki doğdun anneciğim" yazar mısınız?', 'Ne güzel, ekliyorum.'],
    ['Kargom üç gündür aynı yerde görünüyor.', 'Hemen soruyorum.', 'Bugün dağıtıma çıkmış, sağ olun.'],
    ['Bir sonraki yayın ne zaman?', 'Perşembe akşamı sekizde, * de olacak.', 'Takvime yazdım!'],
  ],
  en: [
    ['Do you ship the * to London?', 'Yes, it takes about five days.', 'Great, I will take it then.', 'Packed with care, it leaves tomorrow.'],
    ['Is the * made by hand?', 'It is, in a small workshop in Izmir.', 'Could I get it in brown?'],
    ['The * arrived today. It is beautiful!', 'That makes my day, thank you for writing.'],
    ['Can I pay in dollars?', 'Yes, the page shows both prices.', 'Paid. When does it leave?', 'With tomorrow\'s pick-up.', 'Perfect.'],
    ['One of the two is chipped.', 'I am sorry. Would you like a refund of half, or another one?', 'Half is fine.'],
    ['When is the next broadcast?', 'On Thursday at eight, Istanbul time. The * will be there.', 'See you then!'],
  ],
}
/** What one buyer writes beside the shop. */
const OUTSIDE: Readonly<Record<Locale, string>> = { tr: 'Dükkân dışında hallederiz: yarısını havale edin, gerisini unutun', en: 'Let us settle it outside of the shop: half by bank transfer, and forget the rest' }
const COUNT = 16
/** Of four conversations three are read. */
const READ_OF = 4

/** What buyers and sellers write to each other, two by two. */
export function conversationsOf (draw: Draw, seed: number): readonly Conversation[] {
  const pairs = BUYERS.flatMap((buyer) => SELLERS.map((seller) => ({ buyer, seller })))
  return draw.shuffled(pairs).slice(0, COUNT).map(({ buyer, seller }, index) => {
    const locale = seller === SARAH ? 'en' : buyer.locale
    const name = draw.pick(offersOf(seller)).name[locale]
    const product = locale === 'tr' ? name : name.toLowerCase()
    return { name: `sample-${seed}-${buyer.id}-${seller.id}`, buyer, seller, texts: draw.pick(DIALOGUES[locale]).map((text) => text.replace('*', product)), unwanted: index === 0 ? OUTSIDE[locale] : null, isRead: draw.below(READ_OF) > 0 }
  })
}

export interface Line {
  readonly by: Person
  readonly text: string
  /** Who reports it to the moderators. */
  readonly reportedBy?: readonly Person[]
}

export interface SampleRoom {
  /** Its idempotency key. */
  readonly name: string
  readonly streamer: Person
  readonly title: string
  readonly category: string
  readonly products: ReadonlyArray<{ readonly productId: string, readonly name: string, readonly price: { readonly amount: number, readonly currency: string } }>
  readonly becomes: 'scheduled' | 'live' | 'ended'
  readonly announcement: string
  readonly chat: readonly Line[]
}

/** No one says more than a room lets them say at once. */
const CHAT: Readonly<Record<Locale, readonly string[]>> = {
  tr: [
    'İyi akşamlar herkese', 'Renkler ekranda da böyle mi gerçekten?', 'Geçen hafta aldım, çok memnunum', 'Kargo ne kadar sürüyor?', 'Bunun büyüğü var mı?', 'Ben bir tane aldım!', 'Fiyatı biraz yüksek değil mi',
    'El işi mi bunlar?', 'Sesiniz çok iyi geliyor', 'Tekrar gösterir misiniz?', 'Annem bayılacak', 'Son kaç tane kaldı?', 'Harika görünüyor', 'Taksit var mı?', 'Emeğinize sağlık',
  ],
  en: [
    'Hello from London', 'Love the colours', 'How big is it?', 'Just ordered one!', 'Can you show it again, please?', 'Is it machine washable?', 'Mine came last week, it is lovely', 'Do you ship to Ireland?',
    'The sound is great today', 'How many are left?', 'That is a fair price', 'Could you turn it around?', 'Bought it for my sister', 'Wonderful work',
  ],
}
const UNWANTED = { tr: 'Aynısı bende yarı fiyatına, bana yazın', en: 'Same thing at half the price, write to me' } as const
/** How many lines of a chat are in the other language. */
const FOREIGN = 3

function roomOf (draw: Draw, room: Pick<SampleRoom, 'name' | 'streamer' | 'title' | 'category' | 'becomes' | 'announcement'>): SampleRoom {
  const { locale } = room.streamer
  const [here, there] = locale === 'tr' ? ['tr', 'en'] as const : ['en', 'tr'] as const
  const foreign = linesIn(draw, there)
  const [spammer, ...witnesses] = draw.shuffled(BUYERS.filter((buyer) => buyer.locale === there)) as [Person, ...Person[]]
  const currency = currencyOf(room.streamer)
  return {
    ...room,
    products: offersOf(room.streamer).map(({ productId, name, price }) => ({ productId, name: name[locale], price: { amount: price[currency], currency } })),
    chat: [...draw.shuffled([...linesIn(draw, here), ...foreign.slice(0, FOREIGN)]), { by: spammer, text: UNWANTED[there], reportedBy: witnesses.slice(0, 2) }],
  }
}

/** What viewers of this language say, in turn. */
function linesIn (draw: Draw, locale: Locale): readonly Line[] {
  const viewers = draw.shuffled(BUYERS.filter((buyer) => buyer.locale === locale))
  return draw.shuffled(CHAT[locale]).map((text, index) => ({ by: viewers[index % viewers.length] as Person, text }))
}

/** Two rooms that are live, one that has ended, and one that is still to come. */
export function roomsOf (draw: Draw, seed: number): readonly SampleRoom[] {
  const [mehmet, ela, sarah] = SELLERS as readonly [Person, Person, Person]
  const named = (name: string): string => `sample-${seed}-${name}`
  return [
    roomOf(draw, { name: named('room-1'), streamer: mehmet, title: 'Deri ve yün: geçen haftanın yayını', category: 'fashion', becomes: 'ended', announcement: 'Yayın boyunca kargo bizden' }),
    roomOf(draw, { name: named('room-2'), streamer: ela, title: 'Kış sofrası: seramik ve mumlar', category: 'home', becomes: 'live', announcement: 'İlk on siparişe bir mum hediye' }),
    roomOf(draw, { name: named('room-3'), streamer: sarah, title: 'Lamps and rugs from Beyoğlu', category: 'home', becomes: 'live', announcement: 'Free shipping to the UK until ten' }),
    roomOf(draw, { name: named('room-4'), streamer: ela, title: 'Yılbaşı hediyeleri', category: 'home', becomes: 'scheduled', announcement: 'Perşembe akşamı sekizde başlıyoruz' }),
  ]
}
