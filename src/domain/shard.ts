/** The shard of an id, from 0 to `shards` - 1. It is FNV-1a of the id, so that all nodes and adapters agree. */
export function shardOf (id: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}
