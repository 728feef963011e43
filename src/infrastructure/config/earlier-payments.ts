import { readFileSync } from 'node:fs'
import { Type, type Static } from '@sinclair/typebox'
import { Ajv, type ErrorObject } from 'ajv'
import { DomainError } from '#domain/errors.js'
import { exponentOf } from '#domain/money.js'
import { MAPPED_FIELDS, MAPPED_STATUSES, type EarlierMapping, type MappedField, type MappedStatus } from '#adapters/dynamodb/payments/earlier-mapping.js'
import { ConfigError } from './variables.js'

const VARIABLE = 'EARLIER_PAYMENTS_FILE'
const MAX_BYTES = 64 * 1024
const strict = { additionalProperties: false }
const statusName = { type: 'string', enum: [...MAPPED_STATUSES] }

const MappingFile = Type.Object({
  amountUnit: Type.Unsafe<'major' | 'minor'>({ type: 'string', enum: ['major', 'minor'] }),
  fields: Type.Optional(Type.Unsafe<Partial<Record<MappedField, string>>>({
    type: 'object', properties: Object.fromEntries(MAPPED_FIELDS.map((field) => [field, { type: 'string', minLength: 1, maxLength: 255 }])), ...strict,
  })),
  statuses: Type.Optional(Type.Unsafe<Record<string, MappedStatus>>({ type: 'object', maxProperties: 100, propertyNames: { minLength: 1, maxLength: 64 }, additionalProperties: statusName })),
  defaults: Type.Optional(Type.Object({
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    provider: Type.Optional(Type.String({ pattern: '^[a-z]{1,32}$' })),
    status: Type.Optional(Type.Unsafe<MappedStatus>(statusName)),
  }, strict)),
}, strict)

/** How the rows of payments of the earlier application are read, as a file says it; undefined without one. @throws ConfigError that names all faults */
export function earlierMapping (path: string | undefined): EarlierMapping | undefined {
  if (path === undefined || path === '') return undefined
  const file = parsed(contentOf(path))
  const { amountUnit, fields = {}, statuses = {}, defaults = {} } = file
  return { amountUnit, fields, statuses: Object.fromEntries(Object.entries(statuses).map(([word, status]) => [word.toLowerCase(), status])), defaults }
}

function contentOf (path: string): string {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > MAX_BYTES) throw new ConfigError(VARIABLE, 'names a file of more than 64 KiB')
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(VARIABLE, `cannot be read (${String((error as NodeJS.ErrnoException).code)})`)
  }
}

function parsed (content: string): Static<typeof MappingFile> {
  let file: unknown
  try {
    file = JSON.parse(content)
  } catch {
    throw new ConfigError(VARIABLE, 'names a file that is no JSON')
  }
  // Only where there is such a file, because a start waits for it.
  const ajv = new Ajv({ allErrors: true, validateSchema: false })
  const faults = ajv.validate<Static<typeof MappingFile>>(MappingFile, file) ? currencyFaults(file) : (ajv.errors as ErrorObject[]).filter(({ keyword }) => keyword !== 'propertyNames').map(faultOf)
  if (faults.length > 0) throw new ConfigError(VARIABLE, `names a file with faults: ${faults.join('; ')}`)
  return file as Static<typeof MappingFile>
}

function faultOf ({ instancePath, message, params, propertyName }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as { readonly additionalProperty?: string, readonly allowedValues?: readonly string[] }
  const detail = additionalProperty ?? propertyName ?? allowedValues?.join(', ')
  return `${instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')} ${message ?? ''}${detail === undefined ? '' : `: ${detail}`}`
}

function currencyFaults ({ defaults: { currency } = {} }: Static<typeof MappingFile>): string[] {
  try {
    if (currency !== undefined) exponentOf(currency)
    return []
  } catch (error) {
    if (error instanceof DomainError) return ['defaults.currency must be an ISO 4217 code that is in use']
    throw error
  }
}
