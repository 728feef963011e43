/** Tells whether the time is over, counted from now. */
export function deadline (milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds
  return () => performance.now() >= end
}
