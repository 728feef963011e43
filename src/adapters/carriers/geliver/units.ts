/** Geliver takes numbers as texts, and so they are made of integers: 305 mm are 30.5 cm. */
export function centimetresOf (millimetres: number): string {
  return decimal(millimetres, 1)
}

/** 900 g are 0.900 kg. */
export function kilogramsOf (grams: number): string {
  return decimal(grams, 3)
}

function decimal (units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
