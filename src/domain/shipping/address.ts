import { DomainError } from '../errors.js'
import { resolvePlace } from './places.js'

/** Where a parcel starts or ends. It is personal data: it lies on a row of its own, and is in no log, metric or event. */
export interface ShippingAddress {
  readonly contactName: string
  readonly company?: string
  /** E.164. Every carrier asks for it. */
  readonly phone: string
  readonly email?: string
  readonly line1: string
  readonly line2?: string
  /** In Turkey one of the 973, as `places.ts` writes it. */
  readonly district: string
  /** In Turkey one of the 81 provinces. */
  readonly city: string
  /** In Turkey the plate code of the province, from 01 to 81; null elsewhere. */
  readonly cityCode: string | null
  readonly zipCode?: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/** An address as a person writes it. */
export type AddressDraft = Omit<ShippingAddress, 'cityCode'>

/** The address with its places as carriers know them. @throws address_unresolved, with what the person may have meant */
export function resolvedAddress (draft: AddressDraft): ShippingAddress {
  const { city, district, country } = draft
  if (country !== 'TR') return { ...draft, cityCode: null }
  const place = resolvePlace(city, district)
  if (place.kind === 'resolved') return { ...draft, city: place.province.name, district: place.district, cityCode: place.province.code }
  const what = place.field === 'city' ? 'city is no province of Türkiye' : 'district is no district of this province'
  throw new DomainError('address_unresolved', place.candidates.length === 0 ? what : `${what}. It may be: ${place.candidates.join(', ')}`)
}
