import sortedBtree from 'sorted-btree'

const BTree = sortedBtree.default

/** Values in the order of their keys, which compare as they do in DynamoDB. */
export type Tree<T> = InstanceType<typeof BTree<string, T>>

export function makeTree<T> (entries: Array<[key: string, value: T]> = []): Tree<T> {
  return new BTree<string, T>(entries, byCodeUnits)
}

export function isTree<T> (value: unknown): value is Tree<T> {
  return value instanceof BTree
}

function byCodeUnits (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
