/** The results of all, once all have ended. @throws what the first of them that failed has thrown */
export async function allSettledOrThrow<T> (promises: ReadonlyArray<Promise<T>>): Promise<T[]> {
  await Promise.allSettled(promises)
  return await Promise.all(promises)
}
