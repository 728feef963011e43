import AjvCompiler from '@fastify/ajv-compiler'

type Factory = AjvCompiler.BuildCompilerFromPool
type Compile = ReturnType<Factory>
type Validator = ReturnType<Compile>

/** One for the process: several apps in it compile a schema once. */
const select = AjvCompiler()

/** Fastify's own validators, each compiled when it is first needed, because a start would be waiting for all of them. */
export const buildValidator: Factory = (externalSchemas, options) => {
  let compile: Compile | undefined
  return (route) => whenNeeded(() => {
    compile ??= select(externalSchemas, options)
    return compile(route)
  })
}

interface Lazy {
  (value: unknown): unknown
  /** What Fastify reads after a call that has found something. */
  errors?: Validator['errors']
}

function whenNeeded (make: () => Validator): Validator {
  let validator: Validator | undefined
  const validate: Lazy = (value) => {
    validator ??= make()
    const isValid = validator(value)
    validate.errors = validator.errors
    return isValid
  }
  return validate as Validator
}
