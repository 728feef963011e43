import { only } from '#domain/shipping/places.js'

export interface PlaceCode {
  readonly code: string
  readonly name: string
}

const KEPT_MS = 24 * 3_600_000

/**
 * The codes by which a carrier knows places, from the carrier's own lists. A list is kept for a day, but never one that failed or is empty.
 *
 * @param load the places of an area @throws what it throws
 */
export function makePlaceCodes (load: (area: string) => Promise<readonly PlaceCode[]>, nowMs: () => number = () => Date.now()): (area: string, name: string) => Promise<string | null> {
  const kept = new Map<string, { readonly places: readonly PlaceCode[], readonly untilMs: number }>()

  async function placesOf (area: string): Promise<readonly PlaceCode[]> {
    const known = kept.get(area)
    if (known !== undefined && known.untilMs > nowMs()) return known.places
    const places = await load(area)
    if (places.length > 0) kept.set(area, { places, untilMs: nowMs() + KEPT_MS })
    return places
  }

  return async (area, name) => only(await placesOf(area), (place) => place.name, name)?.code ?? null
}
