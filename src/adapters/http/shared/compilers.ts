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

/** Fastify's own validators, each compiled at its first use: compiling all of them would delay the start. */
export const buildValidator: ValidatorFactory = (externalSchemas, options) => {
  let compile: CompileValidator | undefined
  return (route) => lazyValidator(() => {
    compile ??= selectValidator(externalSchemas, options)
    return compile(route)
  })
}

interface LazyValidator {
  (value: unknown): unknown
  /** Fastify reads the errors here after a call that found some. */
  errors?: Validator['errors']
}

function lazyValidator (make: () => Validator): Validator {
  let validator: Validator | undefined
  const validate: LazyValidator = (value) => {
    validator ??= make()
    const isValid = validator(value)
    validate.errors = validator.errors
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
