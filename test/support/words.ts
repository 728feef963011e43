import ts from 'typescript'
import type { SourceFile } from './imports.js'

/** Words that the project's style does not use: riddles, and pronouns that make every person a man. */
const BANNED = /(?<!-)\b(?:whoever|somebody|nobody|as it stands|put(?:s|ting)? down|tell(?:s|ing)? of|he|him|his|himself)\b/gi

/** Every banned word of a text, with its line. */
export function bannedWords (text: string): string[] {
  return text.split('\n').flatMap((line, index) => line.matchAll(BANNED).map(([word]) => `${index + 1}: ${word}`).toArray())
}

/** A source file in which only comments and the texts of strings are left, each on its own line. */
export function commentsAndStrings ({ path, text }: SourceFile): string {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const kept = text.split('').map((character): string => character === '\n' ? character : ' ')

  function keep (start: number, end: number): void {
    for (let at = start; at < end; at++) kept[at] = String(text[at])
  }

  function visit (node: ts.Node): void {
    const children = node.getChildren(source)
    if (children.length === 0) {
      // The space before a token holds its comments and nothing else.
      keep(node.getFullStart(), node.getStart(source, false))
      if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) keep(node.getStart(source), node.getEnd())
    }
    for (const child of children) visit(child)
  }

  visit(source)
  return kept.join('')
}
