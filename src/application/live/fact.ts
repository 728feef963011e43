/** What a message of the bus between processes holds; null for what is no JSON. */
export function factIn (message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return null
  }
}
