/** One event of a stream of server-sent events. */
export interface StreamEvent {
  readonly event: string
  readonly data: string
}

/** Reads events from pieces of text, wherever they are cut. Comments and fields that the console does not use are skipped. */
export class EventReader {
  #rest = ''

  read (piece: string): StreamEvent[] {
    const blocks = `${this.#rest}${piece}`.replaceAll('\r\n', '\n').split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.map(eventOf).filter((event) => event !== null)
  }
}

function eventOf (block: string): StreamEvent | null {
  const values = (name: string): string[] => block.split('\n').filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''))
  const data = values('data')
  return data.length === 0 ? null : { event: values('event').at(-1) ?? 'message', data: data.join('\n') }
}
