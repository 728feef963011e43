export interface Parcel {
  /** Millimetres. */
  readonly lengthMm: number
  readonly widthMm: number
  readonly heightMm: number
  /** Grams. */
  readonly weightG: number
}

/** Cubic centimetres that count as one desi, the unit in which Turkish carriers weigh volume. */
export const DESI_DIVISOR_CM3 = 3000

const MM3_IN_CM3 = 1000
const G_IN_KG = 1000

/** The volume of a parcel in whole desi, rounded up. All numbers are integers, so that no rounding depends on a machine. */
export function desiOf ({ lengthMm, widthMm, heightMm }: Parcel, divisorCm3 = DESI_DIVISOR_CM3): number {
  return ceilOf(lengthMm * widthMm * heightMm, divisorCm3 * MM3_IN_CM3)
}

/** What a carrier charges for: whole desi or whole kilograms, whichever is more, each rounded up for each parcel. */
export function chargeableOf (parcels: readonly Parcel[], divisorCm3 = DESI_DIVISOR_CM3): number {
  return parcels.reduce((sum, parcel) => sum + Math.max(desiOf(parcel, divisorCm3), ceilOf(parcel.weightG, G_IN_KG)), 0)
}

/** The quotient of two positive integers, rounded up without a fraction between. */
function ceilOf (dividend: number, divisor: number): number {
  return (dividend - dividend % divisor) / divisor + Number(dividend % divisor > 0)
}
