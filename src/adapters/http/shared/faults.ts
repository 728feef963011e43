import type { FastifySchemaValidationError } from 'fastify'
import { isShown, type FieldError } from './problem.js'

const FAULTS_MAX = 20

/** The parts of a schema by which a person understands what a value may be. */
interface FieldSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly format?: string
  /** Begins with the form of the value where there is a pattern or a format. */
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** The validators are verbose: each error has the schema that it breaks. */
interface Found extends FastifySchemaValidationError {
  readonly parentSchema?: FieldSchema
}

/** One fault for each field, at most 20. @param part of the request, such as `body` */
export function faultsOf (found: readonly Found[], part: string): FieldError[] {
  const faults = new Map<string, FieldError>()
  for (const error of found) {
    const pointer = `/${part}${error.instancePath}${offendingKey(error.params)}`
    // A condition on the whole says less than what it demands.
    if (error.keyword !== 'if' && !faults.has(pointer)) faults.set(pointer, { pointer, detail: explain(error) })
    if (faults.size === FAULTS_MAX) break
  }
  return [...faults.values()]
}

/** The name of an unknown or missing field, if it may be shown. */
function offendingKey (params: Record<string, unknown>): string {
  const key = params['additionalProperty'] ?? params['missingProperty']
  return typeof key === 'string' && isShown(key) ? `/${key}` : ''
}

function explain ({ keyword, params, parentSchema = {} }: Found): string {
  if (keyword === 'required') return 'is missing'
  if (keyword === 'additionalProperties') return offendingKey(params) === '' ? 'has a field that is not known' : 'is not a field of this request'
  if (keyword === 'minProperties') return 'must have at least one field'
  return `must be ${meaningOf(parentSchema)}`
}

/** Such as `a whole number from 1 to 100: minor units`. */
function meaningOf (schema: FieldSchema): string {
  const [type = 'object', ...others] = [schema.type ?? []].flat()
  return others.includes('null') ? `${meaningOfType(type, schema)}, or null` : meaningOfType(type, schema)
}

function meaningOfType (type: string, schema: FieldSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  const about = firstSentence(schema.description ?? '')
  if (schema.pattern !== undefined || schema.format !== undefined) return about
  if (type === 'integer') return `a whole number${range(schema.minimum, schema.maximum, '')}${about === '' ? '' : `: ${about}`}`
  if (type === 'string') return `a text${range(schema.minLength, schema.maxLength, ' characters')}`
  if (type === 'array') return `a list${range(schema.minItems, schema.maxItems, ' items')}`
  return type === 'boolean' ? 'true or false' : 'an object'
}

function range (min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return `${unit === '' ? ' from' : ' of'} ${shown(min)} to ${shown(max)}${unit}`
  if (min !== undefined) return ` of at least ${shown(min)}${unit}`
  return max === undefined ? '' : ` of at most ${shown(max)}${unit}`
}

function shown (limit: number): string {
  return limit.toLocaleString('en')
}

/** Inside of a sentence, without the marks of Markdown. */
function firstSentence (text: string): string {
  const [first = ''] = text.split(/\. (?=[A-Z`])/, 1)
  return (/^[A-Z][a-z ]/.test(first) ? first.charAt(0).toLowerCase() + first.slice(1) : first).replaceAll('`', '')
}
