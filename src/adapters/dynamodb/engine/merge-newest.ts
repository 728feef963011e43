interface Head<T> {
  readonly source: AsyncGenerator<T, void>
  readonly item: T
  readonly key: string
}

/**
 * One list, newest first, of several that each run from new to old. The first items of all are asked for at once; after that a list
 * is asked for its next item only once the one before has been handed out.
 */
export async function * mergeNewest<T> (sources: ReadonlyArray<AsyncGenerator<T, void>>, keyOf: (item: T) => string): AsyncGenerator<T, void> {
  const advance = async (source: AsyncGenerator<T, void>): Promise<Head<T> | null> => {
    const step = await source.next()
    return step.done === true ? null : { source, item: step.value, key: keyOf(step.value) }
  }
  let heads = (await Promise.all(sources.map(advance))).filter((head) => head !== null)
  for (let newest = newestOf(heads); newest !== null; newest = newestOf(heads)) {
    const taken = newest
    yield taken.item
    const next = await advance(taken.source)
    heads = [...heads.filter((head) => head !== taken), ...(next === null ? [] : [next])]
  }
}

/** A scan, because there are a few dozen at most. */
function newestOf<T> (heads: ReadonlyArray<Head<T>>): Head<T> | null {
  return heads.reduce<Head<T> | null>((newest, head) => newest === null || head.key > newest.key ? head : newest, null)
}
