import { readdirSync, readFileSync } from 'node:fs'

/** Every document for readers of the project, by its path from the root. */
export const DOCUMENTS: readonly string[] = [
  'README.md', 'README.tr.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`).sort(),
]

export function readDocument (path: string): string {
  return readFileSync(path, 'utf8')
}

/** A document without its fenced blocks: the words that a person reads. */
export function prose (text: string): string {
  return text.replaceAll(/^```[^\n]*\n[\s\S]*?^```$/gm, '')
}

/** The texts of a document in backticks, fenced blocks left out. */
export function codeSpans (text: string): string[] {
  return prose(text).matchAll(/`([^`\n]+)`/g).map(([, span = '']) => span).toArray()
}

/** The anchors that headings of a document have on GitHub. */
export function anchors (text: string): string[] {
  return prose(text).matchAll(/^#{1,6} (.+)$/gm)
    .map(([, heading = '']) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')).toArray()
}
