export type Call = (...args: unknown[]) => unknown

/** A proxy that overrides some methods and wraps the rest with `others`, which leaves them as they are by default. */
export function withMethods<T extends object> (target: T, own: Partial<T>, others = (call: Call, _name: string | symbol): Call => call): T {
  return new Proxy(target, {
    get (object, name) {
      const override: unknown = Reflect.get(own, name)
      if (override !== undefined) return override
      const member: unknown = Reflect.get(object, name)
      return isCallable(member) ? others((...args) => Reflect.apply(member, object, args), name) : member
    },
  })
}

function isCallable (member: unknown): member is Call {
  return typeof member === 'function'
}
