import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** A source file by its path from the root of the project, with `/` on every system. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The facts about a file that the rules check. */
export interface ParsedFile {
  readonly path: string
  readonly lines: number
  /** Every named module: imports, `import type`, re-exports, dynamic imports, import types, require. */
  readonly specifiers: readonly string[]
  /** Whether the file reads the environment of the process, in any spelling. */
  readonly readsEnvironment: boolean
  /** Uses of the clock, randomness and globals, as written: `Date.now`, `new Date()`, `console`. */
  readonly impurities: readonly string[]
}

const AMBIENT = new Set([
  'Buffer', 'console', 'crypto', 'fetch', 'global', 'globalThis', 'performance', 'process', 'queueMicrotask', 'require',
  'setImmediate', 'setInterval', 'setTimeout',
])

/** Every TypeScript file below a folder of the project. */
export function readSources (root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(name => posix.join(folder, name.replaceAll('\\', '/')))
    .filter(path => /\.tsx?$/.test(path))
    .sort()
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

export function parse ({ path, text }: SourceFile): ParsedFile {
  const specifiers: string[] = []
  const impurities: string[] = []
  let readsEnvironment = false

  function visit (node: ts.Node): void {
    specifiers.push(...specifiersAt(node))
    const impurity = impurityAt(node)
    if (impurity !== null) impurities.push(impurity)
    if (isEnvironment(node)) readsEnvironment = true
    ts.forEachChild(node, visit)
  }

  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return { path, lines: text.split('\n').length - 1, specifiers, readsEnvironment, impurities }
}

/** The file of the project that a specifier names. Null for a package. */
export function targetOf (path: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`.replace(/\.js$/, '.ts')
  if (!specifier.startsWith('.')) return null
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')
}

function specifiersAt (node: ts.Node): string[] {
  if (ts.isImportDeclaration(node)) return [literal(node.moduleSpecifier)]
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier === undefined ? [] : [literal(node.moduleSpecifier)]
  if (ts.isExternalModuleReference(node)) return [literal(node.expression)]
  if (ts.isImportTypeNode(node)) return [literal(node.argument)]
  if (ts.isCallExpression(node) && isImporting(node.expression)) return [literal(node.arguments[0])]
  return []
}

function isImporting (callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
}

/** A specifier that is computed cannot be checked: it is reported as written, and no rule allows it. */
function literal (node: ts.Node | undefined): string {
  if (node === undefined) return 'import()'
  const inner = ts.isLiteralTypeNode(node) ? node.literal : node
  return ts.isStringLiteralLike(inner) ? inner.text : `import(${inner.getText()})`
}

function impurityAt (node: ts.Node): string | null {
  if (ts.isIdentifier(node) && AMBIENT.has(node.text) && isReference(node)) return node.text
  if (ts.isPropertyAccessExpression(node) && ['Date.now', 'Math.random'].includes(node.getText())) return node.getText()
  if (!ts.isIdentifier(node) || node.text !== 'Date' || !isReference(node)) return null
  const { parent } = node
  if (ts.isNewExpression(parent)) return (parent.arguments ?? []).length === 0 ? 'new Date()' : null
  return ts.isPropertyAccessExpression(parent) || ts.isTypeNode(parent) ? null : 'Date'
}

/** Whether a name refers to a global value, and not to a property, a key or a type. */
function isReference (node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false
  if ('propertyName' in parent && parent.propertyName === node) return false
  return !('name' in parent && parent.name === node) || ts.isShorthandPropertyAssignment(parent)
}

/** `process.env`, `process['env']`, `globalThis.process.env`, and `process` passed on whole. */
function isEnvironment (node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return ['process', 'node:process'].includes(literal(node.moduleSpecifier))
  if (!ts.isIdentifier(node) || node.text !== 'process') return false
  const isGlobalMember = ts.isPropertyAccessExpression(node.parent) && /^global(?:This)?$/.test(node.parent.expression.getText())
  if (!isGlobalMember && !isReference(node)) return false
  const use = isGlobalMember ? node.parent.parent : node.parent
  return !ts.isPropertyAccessExpression(use) || use.name.text === 'env'
}
