/**
 * The sample shop: people, what they write to each other, what they pay, and streamers. It is the same in each run. The service dates all
 * of it at the moment of the run.
 */

export interface Person {
  readonly id: string
  readonly locale: 'tr' | 'en'
}

/** Buyers, sellers and streamers. */
export const PEOPLE: readonly Person[] = [
  { id: 'ayse', locale: 'tr' },
  { id: 'can', locale: 'tr' },
  { id: 'zeynep', locale: 'tr' },
  { id: 'john', locale: 'en' },
  { id: 'emma', locale: 'en' },
  { id: 'mehmet', locale: 'tr' },
  { id: 'ela', locale: 'tr' },
]

export interface Conversation {
  readonly between: readonly [buyer: string, seller: string]
  /** From the buyer and the seller in turn. */
  readonly texts: readonly string[]
  /** Whether both have read everything. */
  readonly isRead: boolean
}

export const CONVERSATIONS: readonly Conversation[] = [
  {
    between: ['ayse', 'mehmet'],
    texts: ['Merhaba, mavi atkı hâlâ var mı?', 'Evet, iki tane kaldı.', 'Süper, birini alıyorum. Yarına kargolar mısınız?', 'Tabii, sabah kargoya veriyorum.', 'Teşekkür ederim!'],
    isRead: true,
  },
  { between: ['can', 'mehmet'], texts: ['Yayında gösterdiğiniz çanta kaç lira?', '1.249,90 TL, kargo dahil.', 'Taksit olur mu?'], isRead: false },
  { between: ['zeynep', 'ela'], texts: ['Şal elime ulaştı, bir köşesi sökük.', 'Çok üzgünüm, yarısını hemen iade ediyorum.', 'Çok naziksiniz, bu şekilde tamamdır.'], isRead: true },
  { between: ['john', 'ela'], texts: ['Do you ship to London?', 'Yes, it takes about five days.', 'Great, I will take the ceramic set then.', 'Packed with care, it leaves tomorrow.'], isRead: true },
  { between: ['emma', 'mehmet'], texts: ['Is the leather real?', 'It is, and tanned in Izmir.', 'Could I get it in brown?'], isRead: false },
]

interface Item {
  readonly name: string
  readonly quantity: number
  /** Minor units. */
  readonly unitAmount: number
}

export interface SamplePayment {
  /** Names the order and the idempotency key. */
  readonly name: string
  readonly payer: string
  readonly seller: string
  readonly currency: 'TRY' | 'USD'
  readonly items: readonly [Item, ...Item[]]
  /** Minor units, beside the items. */
  readonly shippingAmount?: number
  /** What the simulator does with it. */
  readonly token: string
  /** Minor units; all that is left without an amount. */
  readonly refunds?: ReadonlyArray<{ readonly amount?: number, readonly reason: string }>
  /** The payer changes their mind before they pay. */
  readonly isCanceled?: true
}

const scarf = (quantity: number): Item => ({ name: 'Mavi atkı', quantity, unitAmount: 34_990 })
const bag: Item = { name: 'Deri çanta', quantity: 1, unitAmount: 124_990 }
const shawl: Item = { name: 'İpek şal', quantity: 1, unitAmount: 89_900 }
const ceramics: Item = { name: 'Ceramic set', quantity: 1, unitAmount: 7_900 }
const belt: Item = { name: 'Leather belt', quantity: 2, unitAmount: 2_450 }

export const PAYMENTS: readonly SamplePayment[] = [
  { name: 'sample-1001', payer: 'ayse', seller: 'mehmet', currency: 'TRY', items: [scarf(1)], shippingAmount: 4_990, token: 'tok_ok' },
  { name: 'sample-1002', payer: 'ayse', seller: 'ela', currency: 'TRY', items: [shawl, scarf(2)], token: 'tok_ok' },
  { name: 'sample-1003', payer: 'can', seller: 'mehmet', currency: 'TRY', items: [bag], token: 'tok_ok' },
  { name: 'sample-1004', payer: 'zeynep', seller: 'ela', currency: 'TRY', items: [shawl], token: 'tok_ok', refunds: [{ amount: 44_950, reason: 'one corner is torn' }] },
  { name: 'sample-1005', payer: 'zeynep', seller: 'mehmet', currency: 'TRY', items: [scarf(3)], token: 'tok_ok', refunds: [{ amount: 34_990, reason: 'one did not arrive' }, { reason: 'the others came back' }] },
  { name: 'sample-1006', payer: 'john', seller: 'ela', currency: 'USD', items: [ceramics], shippingAmount: 1_500, token: 'tok_ok' },
  { name: 'sample-1007', payer: 'emma', seller: 'mehmet', currency: 'USD', items: [belt], token: 'tok_ok', refunds: [{ reason: 'returned unworn' }] },
  { name: 'sample-1008', payer: 'can', seller: 'ela', currency: 'TRY', items: [shawl], token: 'tok_declined' },
  { name: 'sample-1009', payer: 'emma', seller: 'ela', currency: 'USD', items: [ceramics, belt], token: 'tok_insufficient_funds' },
  { name: 'sample-1010', payer: 'can', seller: 'mehmet', currency: 'TRY', items: [scarf(1)], token: 'tok_requires_action' },
  { name: 'sample-1011', payer: 'john', seller: 'mehmet', currency: 'USD', items: [belt], token: 'tok_voucher+lost' },
  { name: 'sample-1012', payer: 'zeynep', seller: 'mehmet', currency: 'TRY', items: [bag], token: 'tok_requires_action', isCanceled: true },
  { name: 'sample-1013', payer: 'ayse', seller: 'mehmet', currency: 'TRY', items: [bag, scarf(1)], token: 'tok_processing' },
  { name: 'sample-1014', payer: 'john', seller: 'ela', currency: 'USD', items: [ceramics], token: 'tok_dispute' },
  { name: 'sample-1015', payer: 'emma', seller: 'mehmet', currency: 'USD', items: [belt], token: 'tok_amount_mismatch' },
  { name: 'sample-1016', payer: 'can', seller: 'ela', currency: 'TRY', items: [scarf(2)], token: 'tok_timeout_charged' },
]

/** What orders of the sample begin with. */
export const SAMPLE_ORDERS = 'sample-'

export interface SampleStreamer {
  readonly email: string
  readonly minutes: number
  readonly broadcasts: ReadonlyArray<{ readonly broadcastId: string, readonly minutes: number }>
}

export const STREAMERS: readonly SampleStreamer[] = [
  { email: 'ela@shop.example', minutes: 600, broadcasts: [{ broadcastId: 'sample-live-1', minutes: 95 }, { broadcastId: 'sample-live-2', minutes: 40 }] },
  { email: 'mehmet@shop.example', minutes: 120, broadcasts: [{ broadcastId: 'sample-live-3', minutes: 60 }] },
]
