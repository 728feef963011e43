/** An ounce is 28.349523125 g. */
const OUNCE_NANOGRAMS = 28_349_523_125
const GRAM_NANOGRAMS = 1_000_000_000
/** An inch is 25.4 mm. */
const INCH_TENTHS_OF_MM = 254

/** Ounces with one decimal, rounded up. All steps are in integers: 100 kg are below 2^53 here. */
export function ouncesOf (grams: number): number {
  return ceilOf(grams * 10 * GRAM_NANOGRAMS, OUNCE_NANOGRAMS) / 10
}

/** Inches with one decimal, rounded up. */
export function inchesOf (millimetres: number): number {
  return ceilOf(millimetres * 100, INCH_TENTHS_OF_MM) / 10
}

function ceilOf (dividend: number, divisor: number): number {
  return (dividend - dividend % divisor) / divisor + Number(dividend % divisor > 0)
}
