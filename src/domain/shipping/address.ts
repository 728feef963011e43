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
