/** Which of so many shards an id belongs to: FNV-1a over the id, so that all nodes and adapters agree. */
export function shardOf (id: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}
