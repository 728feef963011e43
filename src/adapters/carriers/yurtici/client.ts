import { exchange, NoAnswer, type Limits } from '#adapters/exchange/http.js'
import type { Fields } from '#adapters/exchange/fields.js'
import { elementOf, elementsOf, type Elements, envelope, resultIn } from './soap.js'

export interface ClientOptions {
  readonly user: string
  readonly password: string
  /** An origin. */
  readonly baseUrl: string
  readonly limits: Limits
}

export interface Result {
  /** Whether Yurtiçi carried the request out. */
  readonly isDone: boolean
  /** What it says of our parcel; empty where it says nothing. */
  readonly detail: Fields
  /** Its error, safe to log: `0` for none. */
  readonly code: string
}

export interface Client {
  /** @param detail the element that holds what the answer says of a parcel @throws NoAnswer */
  readonly call: (operation: string, language: 'userLanguage' | 'wsLanguage', elements: Elements, detail: string) => Promise<Result>
}

export const COMPANY = 'Yurtiçi Kargo'
const NAMESPACE = 'http://yurticikargo.com.tr/ShippingOrderDispatcherServices'
const PATH = '/KOPSWebServices/ShippingOrderDispatcherServices'

/** Nothing is wrong with the request: the service has failed. */
const UNEXPECTED = '936'

export function makeClient ({ user, password, baseUrl, limits }: ClientOptions): Client {
  return {
    async call (operation, language, elements, detailName) {
      const body = envelope(NAMESPACE, operation, [['wsUserName', user], ['wsPassword', password], [language, 'TR'], ...elements])
      const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' }
      const answer = await exchange({ provider: COMPANY, method: 'POST', url: new URL(PATH, baseUrl), headers, body }, limits)
      if (answer.status !== 200) throw new NoAnswer(`${COMPANY} answered with status ${answer.status}`)
      return read(resultIn(answer.body, operation, COMPANY), detailName)
    },
  }
}

/** @throws NoAnswer for an answer that says neither yes nor no */
function read (result: Fields, detailName: string): Result {
  const flag = elementOf(result, 'outFlag')
  const [detail = {}] = elementsOf(result, detailName)
  const code = codeOf(elementOf(detail, 'errCode'))
  if ((flag !== '0' && flag !== '1') || code === UNEXPECTED) throw new NoAnswer(`${COMPANY} did not say what became of a request, with flag ${/^\d$/.test(flag) ? flag : 'none'}`)
  return { isDone: flag === '0' && code === '0', detail, code }
}

function codeOf (text: string): string {
  if (text === '') return '0'
  return /^-?\d{1,8}$/.test(text) ? text : 'no_code'
}
