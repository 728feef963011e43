import { gzipSync } from 'node:zlib'

/** What a bundle has of one file of JavaScript. */
export interface Chunk {
  readonly type: 'chunk'
  readonly fileName: string
  readonly isEntry: boolean
  /** The module that it begins with; null for one that several share. */
  readonly facadeModuleId: string | null
  /** The files that the browser loads with it. */
  readonly imports: readonly string[]
  readonly code: string
}

interface Asset {
  readonly type: 'asset'
}

export interface Budget {
  /** The ends of the paths of the screens that a visit begins with. */
  readonly first: readonly string[]
  /** Gzipped. */
  readonly bytes: number
}

/** The gzipped bytes of JavaScript that a first visit loads: the entry, the first screen, and what they import. */
export function firstBytes (bundle: Readonly<Record<string, Chunk | Asset>>, first: readonly string[]): number {
  const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk')
  const isFirst = ({ isEntry, facadeModuleId }: Chunk): boolean => isEntry || first.some((end) => facadeModuleId?.replaceAll('\\', '/').endsWith(end) === true)
  const loaded = new Set(chunks.filter(isFirst).map(({ fileName }) => fileName))
  for (const name of loaded) {
    for (const file of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) loaded.add(file)
  }
  return chunks.filter(({ fileName }) => loaded.has(fileName)).reduce((sum, { code }) => sum + gzipSync(code).length, 0)
}

/** Fails a build whose first visit loads more JavaScript than it may. */
export function budget ({ first, bytes }: Budget) {
  return {
    name: 'budget',
    generateBundle (_options: unknown, bundle: Readonly<Record<string, Chunk | Asset>>): void {
      const used = firstBytes(bundle, first)
      if (used > bytes) throw new Error(`The first screen loads ${used} bytes of JavaScript gzipped, at most ${bytes}`)
    },
  }
}
