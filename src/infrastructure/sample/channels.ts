import type { Draw } from './draw.js'
import { BUYERS, ELA, MEHMET, SARAH, SELLERS, type Person } from './people.js'
import type { Line } from './talk.js'

export interface SampleChannel {
  /** Its idempotency key. */
  readonly key: string
  readonly name: string
  readonly kind: 'public' | 'private'
  readonly owner: Person
  /** Beside the owner. */
  readonly members: readonly Person[]
  readonly lines: readonly Line[]
}

const TURKISH = ['Yeni atkılar ne zaman gelir?', 'Haftaya perşembe yayında gösteriyorum.', 'Mor olan da olsun lütfen', 'Not aldım!', 'Benimki dün geldi, çok sıcak tutuyor']
const ENGLISH = ['Which lamp is on your desk?', 'The small round one with the green glass', 'Mine is the tall one. Sarah packs so well', 'Thank you! The next ones leave on Friday', 'Cannot wait']
const SELLING = ['Kargo firması pazartesi gelmiyor, haberiniz olsun', 'Teşekkürler. I move my parcels to Tuesday', 'Ela, sende koli bandı kaldı mı?', 'İki rulo var, birini bırakırım']

/** Two groups of buyers, and a private one of the sellers. */
export function channelsOf (draw: Draw, seed: number): readonly SampleChannel[] {
  const of = (locale: Person['locale']): Person[] => draw.shuffled(BUYERS.filter((buyer) => buyer.locale === locale))
  const channel = (number: number, group: Omit<SampleChannel, 'key' | 'lines'>, texts: readonly string[]): SampleChannel => {
    const speakers = [...group.members, group.owner]
    return { ...group, key: `sample-${seed}-channel-${number}`, lines: texts.map((text, index) => ({ by: speakers[index % speakers.length] as Person, text })) }
  }
  return [
    channel(1, { name: 'Atkı sevenler', kind: 'public', owner: MEHMET, members: of('tr') }, TURKISH),
    channel(2, { name: 'Lamps of Beyoğlu', kind: 'public', owner: SARAH, members: of('en') }, ENGLISH),
    channel(3, { name: 'Satıcılar arasında', kind: 'private', owner: ELA, members: SELLERS.filter((seller) => seller !== ELA) }, SELLING),
  ]
}
