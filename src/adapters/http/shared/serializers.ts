import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

type Factory = ReturnType<typeof SerializerSelector>
type Compile = ReturnType<Factory>
type Serializer = ReturnType<Compile>

/**
 * Fastify's own serialisers, each compiled once, and not before it is needed. Every route gives the same few problems,
 * and compiling all of them, or even each of them once, would be most of the time that the service takes to start.
 */
export const buildSerializer: Factory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  const compiled = new Map<string, Serializer>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    const serializer = compiled.get(key) ?? whenNeeded(compile, route)
    compiled.set(key, serializer)
    return serializer
  }
}

function whenNeeded (compile: Compile, route: Parameters<Compile>[0]): Serializer {
  let serializer: Serializer | undefined
  return (value) => {
    serializer ??= compile(route)
    return serializer(value)
  }
}
