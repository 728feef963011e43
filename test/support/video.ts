import { createHash, createHmac } from 'node:crypto'
import type { PublishingAnswer, VideoAnswer, VideoProvider } from '#application/ports/video-provider.js'
import type { Headers } from './service.js'

export const VIDEO_KEY = 'key-of-tests'
export const VIDEO_SECRET = 'a video secret of the tests that is long enough'

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A token of HS256, made by hand. */
export function jwtOf (claims: object, secret = VIDEO_SECRET): string {
  const text = `${encoded({ alg: 'HS256' })}.${encoded(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** The claims of a token of HS256, checked by hand. @throws Error for another signature */
export function claimsOf (token: string, secret = VIDEO_SECRET): Record<string, unknown> {
  const [head = '', body = '', signature] = token.split('.')
  if (createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url') !== signature) throw new Error('the signature is wrong')
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
}

export interface VideoEventDraft {
  readonly id?: string
  readonly event: string
  readonly roomId?: string
  readonly identity?: string
}

export function videoEvent ({ id = 'EV_1', event, roomId, identity }: VideoEventDraft): string {
  return JSON.stringify({ id, event, createdAt: '1790000000', ...(roomId !== undefined && { room: { name: roomId, numParticipants: 7 } }), ...(identity !== undefined && { participant: { identity } }) })
}

/** The header by which LiveKit proves a body: a token that holds its digest. */
export function videoSignature (body: string, { key = VIDEO_KEY, secret = VIDEO_SECRET, digest = createHash('sha256').update(body).digest('base64'), endsS = 300 } = {}): Headers {
  return { authorization: jwtOf({ iss: key, exp: Math.floor(Date.now() / 1000) + endsS, sha256: digest }, secret) }
}

/** A provider that does what it is told, and notes what it was asked. */
export class ScriptedVideo implements VideoProvider {
  readonly provider = 'scripted'
  readonly calls: string[] = []
  publishing: PublishingAnswer = { kind: 'known', isPublishing: false }
  done: VideoAnswer = { kind: 'ok' }
  /** Runs while the provider is asked. */
  meanwhile: () => Promise<void> = async () => {}

  readonly issueToken: VideoProvider['issueToken'] = async ({ identity }) => ({ url: 'wss://video.example', token: identity })

  readonly isPublishing: VideoProvider['isPublishing'] = async (roomId, identity) => {
    this.calls.push(`isPublishing ${roomId} ${identity}`)
    await this.meanwhile()
    return this.publishing
  }

  readonly removeParticipant: VideoProvider['removeParticipant'] = async (roomId, identity) => {
    this.calls.push(`remove ${roomId} ${identity}`)
    return this.done
  }

  readonly endRoom: VideoProvider['endRoom'] = async (roomId) => {
    this.calls.push(`end ${roomId}`)
    return this.done
  }

  /** The body is what it says. */
  readonly verifyWebhook: VideoProvider['verifyWebhook'] = async ({ body }) => JSON.parse(Buffer.from(body).toString()) as Awaited<ReturnType<VideoProvider['verifyWebhook']>>
}
