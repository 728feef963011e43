import { ELA, MEHMET, SARAH, type Locale, type Person } from './people.js'

export type SampleCurrency = 'TRY' | 'USD'

/** What a seller offers, in both languages and currencies. */
export interface Offer {
  readonly productId: string
  readonly name: Readonly<Record<Locale, string>>
  /** Minor units. All end in 0, because the simulator gives some other amounts a meaning. */
  readonly price: Readonly<Record<SampleCurrency, number>>
}

const offer = (productId: string, tr: string, en: string, lira: number, dollars: number): Offer => ({ productId, name: { tr, en }, price: { TRY: lira, USD: dollars } })

const OFFERS: ReadonlyMap<Person, readonly [Offer, ...Offer[]]> = new Map([
  [MEHMET, [
    offer('scarf', 'Mavi atkı', 'Blue scarf', 34_990, 1_190), offer('bag', 'Deri çanta', 'Leather bag', 124_990, 4_290), offer('belt', 'Deri kemer', 'Leather belt', 69_900, 2_450),
    offer('wallet', 'Cüzdan', 'Wallet', 54_900, 1_890), offer('gloves', 'Yün eldiven', 'Woollen gloves', 27_500, 950),
  ]],
  [ELA, [
    offer('shawl', 'İpek şal', 'Silk shawl', 89_900, 3_090), offer('ceramics', 'Seramik takım', 'Ceramic set', 229_900, 7_900), offer('vase', 'Çini vazo', 'Tiled vase', 149_900, 5_150),
    offer('candle', 'Kokulu mum', 'Scented candle', 18_500, 640), offer('runner', 'Masa örtüsü', 'Table runner', 42_000, 1_450),
  ]],
  [SARAH, [
    offer('lamp', 'Mozaik lamba', 'Mosaic lamp', 119_000, 4_090), offer('rug', 'Küçük kilim', 'Small rug', 345_000, 11_850), offer('cups', 'Kahve fincanı', 'Coffee cups', 38_900, 1_340),
    offer('towel', 'Peştemal', 'Hammam towel', 32_000, 1_100), offer('soap', 'Zeytinyağlı sabun', 'Olive oil soap', 9_900, 340),
  ]],
])

/** What this person sells. */
export function offersOf (seller: Person): readonly [Offer, ...Offer[]] {
  return OFFERS.get(seller) as readonly [Offer, ...Offer[]]
}

/** What a buyer pays in. */
export function currencyOf ({ locale }: Person): SampleCurrency {
  return locale === 'tr' ? 'TRY' : 'USD'
}
