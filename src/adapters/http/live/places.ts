/** Places that have names: a name has at most so many at once. */
export interface Places {
  /** Takes a place of a name, unless it has so many. */
  readonly take: (name: string, max: number) => boolean | Promise<boolean>
  /** Gives back a place that was taken. */
  readonly leave: (name: string) => void
}

export function makePlaces () {
  const taken = new Map<string, number>()
  return {
    take: (name: string, max: number): boolean => {
      const count = taken.get(name) ?? 0
      if (count >= max) return false
      taken.set(name, count + 1)
      return true
    },
    leave: (name: string): void => {
      const count = Number(taken.get(name)) - 1
      if (count === 0) taken.delete(name)
      else taken.set(name, count)
    },
  } satisfies Places
}
