export type Locale = 'tr' | 'en'

/** Where parcels go, as a payment names it. */
export interface SampleAddress {
  readonly contactName: string
  readonly phone: string
  readonly address: string
  readonly district: string
  readonly city: string
  readonly country: string
}

export interface Person {
  readonly id: string
  readonly locale: Locale
  readonly address: SampleAddress
}

const person = (id: string, locale: Locale, address: SampleAddress): Person => ({ id, locale, address })

export const BUYERS: readonly [Person, ...Person[]] = [
  person('ayse', 'tr', { contactName: 'Ayşe Yılmaz', phone: '0533 765 43 21', address: 'Gül Sokak 7', district: 'Konak', city: 'İzmir', country: 'TR' }),
  person('can', 'tr', { contactName: 'Can Kaya', phone: '0535 210 11 12', address: 'Tunalı Caddesi 41', district: 'Çankaya', city: 'Ankara', country: 'TR' }),
  person('zeynep', 'tr', { contactName: 'Zeynep Aksoy', phone: '0536 310 13 14', address: 'Çınar Sokak 3', district: 'Nilüfer', city: 'Bursa', country: 'TR' }),
  person('burak', 'tr', { contactName: 'Burak Şahin', phone: '0537 410 15 16', address: 'Barbaros Bulvarı 90', district: 'Beşiktaş', city: 'İstanbul', country: 'TR' }),
  person('elif', 'tr', { contactName: 'Elif Koç', phone: '0538 510 17 18', address: 'Atatürk Caddesi 12', district: 'Muratpaşa', city: 'Antalya', country: 'TR' }),
  person('deniz', 'tr', { contactName: 'Deniz Arslan', phone: '0539 610 19 20', address: 'İki Eylül Caddesi 5', district: 'Odunpazarı', city: 'Eskişehir', country: 'TR' }),
  person('john', 'en', { contactName: 'John Miller', phone: '+44 20 7946 0018', address: '4 Camden Row', district: 'Camden', city: 'London', country: 'GB' }),
  person('emma', 'en', { contactName: 'Emma Clarke', phone: '+44 161 496 0027', address: '19 Tib Street', district: 'Northern Quarter', city: 'Manchester', country: 'GB' }),
  person('olivia', 'en', { contactName: 'Olivia Hughes', phone: '+44 113 496 0036', address: '2 Park Row', district: 'City Centre', city: 'Leeds', country: 'GB' }),
  person('liam', 'en', { contactName: 'Liam Walsh', phone: '+44 20 7946 0045', address: '77 Brick Lane', district: 'Tower Hamlets', city: 'London', country: 'GB' }),
]

export const MEHMET = person('mehmet', 'tr', { contactName: 'Mehmet Demir', phone: '0532 123 45 67', address: 'Moda Caddesi 7', district: 'Kadıköy', city: 'İstanbul', country: 'TR' })
export const ELA = person('ela', 'tr', { contactName: 'Ela Tunç', phone: '0532 223 45 68', address: 'Seramik Sokak 15', district: 'Karşıyaka', city: 'İzmir', country: 'TR' })
export const SARAH = person('sarah', 'en', { contactName: 'Sarah Bennett', phone: '0532 323 45 69', address: 'Serdar-ı Ekrem Caddesi 30', district: 'Beyoğlu', city: 'İstanbul', country: 'TR' })

/** Who sells, ships and broadcasts. */
export const SELLERS: readonly [Person, ...Person[]] = [MEHMET, ELA, SARAH]

export const PEOPLE: readonly Person[] = [...BUYERS, ...SELLERS]
