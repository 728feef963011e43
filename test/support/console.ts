import type { Answer, Headers, TestService } from './service.js'

/** What the pages of the console send with every request, and their browser. */
export const FROM_CONSOLE: Headers = { 'x-console': '1', 'sec-fetch-site': 'same-origin' }

export interface EnteredConsole {
  readonly answer: Answer
  /** The cookie with its attributes. */
  readonly setCookie: string
  /** Those of a request of the console. */
  readonly headers: Headers
}

/** Enters the console. Without success there is no cookie. */
export async function enterConsole ({ call }: Pick<TestService, 'call'>, body: object, remoteAddress?: string): Promise<EnteredConsole> {
  const answer = await call('POST', '/api/console/session', FROM_CONSOLE, body, undefined, remoteAddress)
  const setCookie = String(answer.headers['set-cookie'] ?? '')
  return { answer, setCookie, headers: { ...FROM_CONSOLE, cookie: setCookie.split(';')[0] ?? '' } }
}
