import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly security: readonly object[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean, readonly content: Record<string, { readonly schema: { readonly $ref: string } }> }
  readonly responses: Record<string, { readonly description: string, readonly headers?: object, readonly content?: Record<string, { readonly schema: object }> }>
}

export interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Schema> }
}

/** The keywords of JSON Schema that tests read. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Record<string, Schema>
  readonly required?: readonly string[]
  readonly else?: Schema
  readonly minProperties?: number
  readonly items?: Schema
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly enum?: readonly unknown[]
  readonly 'x-extensible-enum'?: readonly string[]
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly additionalProperties?: boolean
  readonly examples?: readonly unknown[]
}

const PROBLEM = { $ref: '#/components/schemas/Problem' }

interface Checked {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  readonly body: unknown
}

export interface Contract {
  readonly document: Document
  /** The named schemas, with the named objects within them in their places. */
  readonly schemas: Readonly<Record<string, Schema>>
  /** The operation of a request; undefined when none is documented. */
  readonly operationOf: (method: string, url: string) => Operation | undefined
  /** @throws Error for an answer that the document does not allow, or that holds a value which it does not list */
  readonly check: (method: string, url: string, answer: Checked) => void
}

/** Holds answers to the OpenAPI document: the status and the code of a problem are declared, and the body matches its schema. */
export function contractOf (openapi: unknown): Contract {
  const document = openapi as Document
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false, meta: false })
  // The service itself writes no value that its document does not list.
  ajv.addKeyword({ keyword: 'x-extensible-enum', validate: (values: readonly unknown[], value: unknown) => value === null || values.includes(value) })
  ajv.addSchema(document, 'openapi')
  const routes = Object.entries(document.paths)
    .map(([path, operations]) => ({ operations, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), params: path.split('{').length }))
    .sort((one, other) => one.params - other.params)

  function operationOf (method: string, url: string): Operation | undefined {
    const path = url.split('?', 1)[0] ?? ''
    return routes.find(({ pattern, operations }) => pattern.test(path) && method.toLowerCase() in operations)?.operations[method.toLowerCase()]
  }

  const compiled = new Map<object, ValidateFunction>()

  function hold (schema: object | false, { text, body }: Checked, what: string): void {
    if (schema === false) throw new Error(`${what} is not declared as a problem`)
    const validate = compiled.get(schema) ?? ajv.compile(within(schema))
    compiled.set(schema, validate)
    if (!validate(body)) throw new Error(`${what} is not as documented: ${ajv.errorsText(validate.errors)} in ${text}`)
  }

  function check (method: string, url: string, answer: Checked): void {
    const { status, headers } = answer
    const what = `${status} of ${method} ${url.slice(0, 100)}`
    const operation = operationOf(method, url)
    const declared = operation?.responses[String(status)]
    if (operation !== undefined && declared === undefined) throw new Error(`${what} is not declared: ${answer.text}`)
    const requestId = headers['x-request-id']
    if (typeof requestId !== 'string') throw new Error(`${what} has no x-request-id`)
    const schema = declared?.content?.['application/json']?.schema
    if (schema !== undefined) hold(schema, answer, what)
    if (status < 400 || String(headers['content-type']).startsWith('text/html')) return
    checkProblem(answer, what, requestId)
    if (declared !== undefined) hold(declared.content?.['application/problem+json']?.schema ?? false, answer, what)
  }

  function checkProblem (answer: Checked, what: string, requestId: string): void {
    const { status, headers, body } = answer
    if (!String(headers['content-type']).startsWith('application/problem+json')) throw new Error(`${what} is not a problem: ${answer.text}`)
    hold(PROBLEM, answer, what)
    const { code, status: stated, type, instance } = body as Record<string, unknown>
    const right = stated === status && type === `urn:basvideo:problem:${String(code)}` && instance === `urn:basvideo:request:${requestId}`
    if (!right) throw new Error(`${what} contradicts itself: ${answer.text}`)
  }

  const { schemas } = document.components
  return { document, schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, whole(schema, schemas)])), operationOf, check }
}

/** The schema with the objects that it refers to. */
function whole (schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  const { $ref, anyOf = [], ...own } = schema
  const name = ($ref ?? anyOf[0]?.$ref)?.split('/').at(-1)
  const referred = name === undefined ? {} : whole(schemas[name] ?? {}, schemas)
  const properties = Object.entries(own.properties ?? {}).map(([key, child]) => [key, whole(child, schemas)])
  return {
    ...referred,
    ...own,
    ...(anyOf.length > 0 && { type: ['object', 'null'] }),
    ...(own.properties !== undefined && { properties: Object.fromEntries(properties) as Record<string, Schema> }),
    ...(own.items !== undefined && { items: whole(own.items, schemas) }),
  }
}

/** The schema, with references into the whole document. */
function within (schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as object
}
