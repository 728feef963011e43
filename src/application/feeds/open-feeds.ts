/** Feeds that a process keeps open: each takes at most some megabytes. */
const OPEN_MAX = 500

/**
 * Opens each feed once for this process. Beyond the limit the one is closed that was used longest ago. Work that it still has goes on,
 * because the store decides.
 */
export function keepingOpen<Feed> (openFeed: (id: string) => Promise<Feed>, openMax = OPEN_MAX): (id: string) => Promise<Feed> {
  const open = new Map<string, Promise<Feed>>()

  return async (id) => {
    const feed = open.get(id) ?? openFeed(id)
    open.delete(id)
    open.set(id, feed)
    const [oldest = ''] = open.keys()
    if (open.size > openMax) open.delete(oldest)
    return await feed.catch((error: unknown) => {
      open.delete(id)
      throw error
    })
  }
}
