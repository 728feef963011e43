/** `open`: its label is wanted or made. `void`: no label was made, or it was canceled, and its items may be shipped again. The rest is what became of the parcel. */
export const PARCEL_STATES = ['open', 'void', 'shipped', 'delivered', 'returned'] as const

/** What one shipment takes of the items. Only a return has a direction. */
export interface ShippedItems {
  readonly shipmentId: string
  /** Empty for a payment without items, which one shipment takes as a whole. */
  readonly items: ReadonlyArray<{ readonly index: number, readonly quantity: number }>
  readonly state: typeof PARCEL_STATES[number]
  readonly direction?: 'return'
}
