import AjvCompiler from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

type ValidatorFactory = AjvCompiler.BuildCompilerFromPool
type CompileValidator = ReturnType<ValidatorFactory>
type Validator = ReturnType<CompileValidator>

type SerializerFactory = ReturnType<typeof SerializerSelector>
type CompileSerializer = ReturnType<SerializerFactory>
type Serializer = ReturnType<CompileSerializer>

/** One for the process, so that several apps in it compile a schema once. */
const selectValidator = AjvCompiler()

/** A larger value gets its first fault alone: each of its thousand items could have several. */
const ALL_FAULTS_MAX_CHARACTERS = 8192

/**
 * Fastify's own validators, each compiled at its first use: compiling all of them would delay the start. A value that the fast one refuses
 * is looked at again by a second one, which finds all of its faults. So a right value costs no more.
 */
export const buildValidator: ValidatorFactory = (externalSchemas, options) => {
  const compile = lazyCompiler(externalSchemas, options)
  const compileForAll = lazyCompiler(externalSchemas, { ...options, customOptions: { ...options?.customOptions, allErrors: true } } as typeof options)
  return (route) => lazyValidator(() => compile(route), () => compileForAll(route))
}

function lazyCompiler (...given: Parameters<ValidatorFactory>): CompileValidator {
  let compile: CompileValidator | undefined
  return (route) => {
    compile ??= selectValidator(...given)
    return compile(route)
  }
}

interface LazyValidator {
  (value: unknown): unknown
  /** Fastify reads the errors here after a call that found some. */
  errors?: Validator['errors']
}

function lazyValidator (make: () => Validator, makeForAll: () => Validator): Validator {
  let validator: Validator | undefined
  let forAll: Validator | undefined
  const validate: LazyValidator = (value) => {
    validator ??= make()
    if (validator(value) === true) return true
    validate.errors = validator.errors
    if (String(JSON.stringify(value)).length > ALL_FAULTS_MAX_CHARACTERS) return false
    forAll ??= makeForAll()
    const isValid = forAll(value)
    validate.errors = forAll.errors
    return isValid
  }
  return validate as Validator
}

/**
 * Fastify's own serializers, each compiled at its first use and once for all routes. Every route can answer the same few problems, and
 * compiling these for each route would take most of the start.
 */
export const buildSerializer: SerializerFactory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  const compiled = new Map<string, Serializer>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    const serializer = compiled.get(key) ?? lazySerializer(compile, route)
    compiled.set(key, serializer)
    return serializer
  }
}

function lazySerializer (compile: CompileSerializer, route: Parameters<CompileSerializer>[0]): Serializer {
  let serializer: Serializer | undefined
  return (value) => {
    serializer ??= compile(route)
    return serializer(value)
  }
}
