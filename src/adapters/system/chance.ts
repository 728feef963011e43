/** A number from 0 to 1, by chance. */
export const chance = (): number => Math.random()
