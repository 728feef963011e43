/** A piece of a stream, made once for all who get it: as it is, and as a chunk of HTTP/1.1. */
export interface Frame {
  readonly text: Buffer
  readonly chunk: Buffer
  /** The frames that it was joined of; 1 if it was not. */
  readonly count: number
}

function frameOf (lines: string): Frame {
  const text = Buffer.from(lines)
  return { text, chunk: Buffer.concat([Buffer.from(`${text.length.toString(16)}\r\n`), text, Buffer.from('\r\n')]), count: 1 }
}

/** The frames as one, in their order: a reader who gets them together costs one write. */
export function joinFrames (frames: readonly Frame[]): Frame {
  const join = (part: 'text' | 'chunk'): Buffer => Buffer.concat(frames.map((frame) => frame[part]))
  return { text: join('text'), chunk: join('chunk'), count: frames.length }
}

/** An event. With an id, a reader can resume behind it. JSON holds no line break. */
export function eventFrame (event: string, data: object, id: string | null = null): Frame {
  return frameOf(`${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** The first event, with the time after which clients connect anew. */
export function helloFrame (data: object, position: string): Frame {
  return frameOf(`retry: 2000\n\nid: ${position}\nevent: hello\ndata: ${JSON.stringify(data)}\n\n`)
}

export function viewersFrame (viewers: number, asOf: string): Frame {
  return eventFrame('viewers', { viewers, asOf })
}

/** A heartbeat with the position of a reader for whom nothing was. */
export function positionFrame (position: string): Frame {
  return frameOf(`:\n\nid: ${position}\nevent: position\ndata: ${JSON.stringify({ position })}\n\n`)
}

export const HEARTBEAT = frameOf(':\n\n')
