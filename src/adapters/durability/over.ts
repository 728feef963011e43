/** The object with methods of our own in place of some; `others` makes of every other method what it becomes here, which is itself unless told otherwise. */
export function over<T extends object> (target: T, own: Partial<T>, others = (call: Call): Call => call): T {
  return new Proxy(target, {
    get (object, name) {
      const ours: unknown = Reflect.get(own, name)
      if (ours !== undefined) return ours
      const member: unknown = Reflect.get(object, name)
      return isCallable(member) ? others((...args) => Reflect.apply(member, object, args)) : member
    },
  })
}

type Call = (...args: unknown[]) => unknown

function isCallable (member: unknown): member is Call {
  return typeof member === 'function'
}
