import { SHOWN_AS } from '../shared/schemas.js'

/** A part of the document. */
type Node = Readonly<Record<string, unknown>>

/** Members whose values are data and no schemas. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples', 'mapping'])

/**
 * The document as generators of clients need it: what a schema is shown as in its place, a name for each object, and the examples of a
 * named schema beside each body of it.
 * @throws Error for an object within a schema that has no title, and for two objects of one title
 */
export function forClients<T extends object> (document: T): T {
  const named = new Map<string, unknown>()
  const { components, paths: routes } = document as { components: { schemas: Node }, paths: Node }
  const given = components.schemas
  const roots = Object.entries(given).map(([name, schema]) => [name, withinOf(schema as Node, name, named)] as const)
  const paths = within(routes, 'paths', named)
  const schemas = sorted({ ...Object.fromEntries(named), ...Object.fromEntries(roots) })
  const clash = roots.find(([name]) => named.has(name))
  if (clash !== undefined) throw new Error(`two schemas have the name ${clash[0]}`)
  const used = new Map<string, { readonly value: unknown }>()
  const shown = withExamples(paths, schemas, used)
  return { ...document, components: { ...components, schemas, examples: sorted(Object.fromEntries(used)) }, paths: shown }
}

function within (value: unknown, place: string, named: Map<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => within(item, place, named))
  if (typeof value !== 'object' || value === null) return value
  const { [SHOWN_AS]: shown, ...rest } = value as Node
  const schema = shown === undefined ? rest : { ...(rest['description'] !== undefined && { description: rest['description'] }), ...shown as Node }
  const done = withinOf(schema, place, named)
  const isNullable = typesOf(rest).includes('null')
  const isObject = typesOf(schema).includes('object') && 'properties' in schema
  const isUnion = 'oneOf' in schema && 'title' in schema
  return isObject || isUnion ? reference(done, place, named, isNullable) : done
}

function withinOf (schema: Node, place: string, named: Map<string, unknown>): Node {
  return Object.fromEntries(Object.entries(schema).map(([key, child]) => [key, DATA.has(key) ? child : within(child, `${place}.${key}`, named)]))
}

function typesOf (schema: Node): unknown[] {
  return [schema['type']].flat()
}

/** Puts an object among the named ones. What is said about it in this place stays here. */
function reference ({ title, description, ...schema }: Node, place: string, named: Map<string, unknown>, isNullable: boolean): Node {
  if (typeof title !== 'string') throw new Error(`${place} is an object without a title, so that clients have no name for it`)
  const own = 'properties' in schema ? { ...schema, type: 'object' } : schema
  const known = named.get(title)
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(own)) throw new Error(`${place} differs from the other object with the title ${title}`)
  named.set(title, own)
  const $ref = `#/components/schemas/${title}`
  return { ...(isNullable ? { anyOf: [{ $ref }, { type: 'null' }] } : { $ref }), ...(description !== undefined && { description }) }
}

function sorted (members: Node): Node {
  return Object.fromEntries(Object.entries(members).sort(([one], [other]) => one < other ? -1 : 1))
}

interface Reference {
  readonly $ref?: string
  readonly oneOf?: readonly Reference[]
}

function nameIn ($ref: string): string {
  return $ref.slice($ref.lastIndexOf('/') + 1)
}

/** Such as `ProcessPaymentBody`, `ProcessPaymentBody2`. */
function examplesOf (name: string, { examples = [] }: { readonly examples?: readonly unknown[] }): Array<[string, unknown]> {
  return examples.map((example, index) => [index === 0 ? name : `${name}${index + 1}`, example])
}

/** Gives each body of named schemas their examples, unless it has its own. */
function withExamples (value: unknown, schemas: Node, used: Map<string, { readonly value: unknown }>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withExamples(item, schemas, used))
  if (typeof value !== 'object' || value === null) return value
  const node = value as Node
  if (!('content' in node)) return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, withExamples(child, schemas, used)]))
  const bodies = Object.entries(node['content'] as Readonly<Record<string, Node>>)
  const isBare = (media: Node): boolean => !('example' in media) && !('examples' in media)
  return { ...node, content: Object.fromEntries(bodies.map(([type, media]) => [type, isBare(media) ? { ...media, ...ofNamed(media, schemas, used) } : media] as const)) }
}

function ofNamed (media: Node, schemas: Node, used: Map<string, { readonly value: unknown }>): object {
  const schema = media['schema'] as Reference
  const all = (schema.oneOf ?? [schema]).flatMap(({ $ref }) => $ref === undefined ? [] : examplesOf(nameIn($ref), schemas[nameIn($ref)] as Node))
  for (const [name, value] of all) used.set(name, { value })
  return all.length === 0 ? {} : { examples: Object.fromEntries(all.map(([name]) => [name, { $ref: `#/components/examples/${name}` }])) }
}
