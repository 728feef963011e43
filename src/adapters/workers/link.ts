/** One message of a link. Several that wait go out together, as JSON. */
export type Letter =
  | readonly [kind: 'tell', name: string, args: readonly unknown[]]
  | readonly [kind: 'ask', name: string, args: readonly unknown[], id: number]
  | readonly [kind: 'answer', id: number, value: unknown]

/** The way between the primary and a worker. */
export interface Channel {
  /** Never throws. What cannot be sent is lost. */
  readonly send: (letters: readonly Letter[]) => void
  readonly onLetters: (on: (letters: readonly Letter[]) => void) => void
}

/** What one end does for the other, by name. Arguments and answers are JSON, and no answer is null. */
type Services<S> = { readonly [Name in keyof S]: (...args: never[]) => unknown }

type Answer<S extends Services<S>, Name extends keyof S> = Exclude<Awaited<ReturnType<S[Name]>>, undefined>

/** One end of a link, as its holder uses the other. */
export interface Link<S extends Services<S>> {
  readonly tell: <Name extends keyof S & string>(name: Name, ...args: Parameters<S[Name]>) => void
  /** Null where the other end fails, or does not answer within so many milliseconds; without these, the answer may take any time. */
  readonly ask: <Name extends keyof S & string>(name: Name, args: Parameters<S[Name]>, withinMs?: number) => Promise<Answer<S, Name> | null>
}

/** Opens an end of a link. `own` is what this end does for the other. */
export function makeLink<Other extends Services<Other>> (channel: Channel, own: object): Link<Other> {
  const services = new Map(Object.entries(own) as Array<[string, (...args: readonly unknown[]) => unknown]>)
  const asked = new Map<number, (value: unknown) => void>()
  let lastId = 0
  let waiting: Letter[] = []

  /** All that one turn of the event loop has to say is one message: each costs a write. */
  const post = (letter: Letter): void => { if (waiting.push(letter) === 1) setImmediate(flush) }
  const flush = (): void => {
    const letters = waiting
    waiting = []
    channel.send(letters)
  }
  const run = async (name: string, args: readonly unknown[]): Promise<unknown> => await services.get(name)?.(...args)
  const take = (letter: Letter): void => {
    if (letter[0] === 'answer') {
      asked.get(letter[1])?.(letter[2])
      return
    }
    const [kind, name, args, id] = letter
    const done = run(name, args).catch(() => null)
    if (kind === 'ask') done.then((value) => { post(['answer', id, value]) }, () => {})
  }
  channel.onLetters((letters) => { for (const letter of letters) take(letter) })

  return {
    tell: (name, ...args) => { post(['tell', name, args]) },
    ask: async (name, args, withinMs) => {
      const id = ++lastId
      let timer: NodeJS.Timeout | undefined
      const value = await new Promise<unknown>((resolve) => {
        asked.set(id, resolve)
        if (withinMs !== undefined) timer = setTimeout(resolve, withinMs, null)
        post(['ask', name, args, id])
      })
      clearTimeout(timer)
      asked.delete(id)
      return (value ?? null) as Answer<Other, typeof name> | null
    },
  }
}
