import { XMLParser } from 'fast-xml-parser'
import { NoAnswer } from '#adapters/exchange/http.js'
import { isFields, type Fields } from '#adapters/exchange/fields.js'

/** Elements in their order, as texts. A group of elements is nested. */
export type Elements = ReadonlyArray<readonly [name: string, value: string | Elements]>

/** Nothing is expanded, converted or looked up: every value is a text, and declarations of a document type are refused before. */
const parser = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false, processEntities: false, trimValues: true })

/** A SOAP 1.1 message of one operation. */
export function envelope (namespace: string, operation: string, elements: Elements): string {
  return '<?xml version="1.0" encoding="UTF-8"?>' +
    `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ship="${namespace}"><soapenv:Header/>` +
    `<soapenv:Body><ship:${operation}>${write(elements)}</ship:${operation}></soapenv:Body></soapenv:Envelope>`
}

function write (elements: Elements): string {
  return elements.map(([name, value]) => `<${name}>${typeof value === 'string' ? escape(value) : write(value)}</${name}>`).join('')
}

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** What XML 1.0 cannot hold is left out. */
function escape (text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '').replace(/[&<>"']/g, (character) => String(ESCAPED[character]))
}

/** The result inside of the answer of an operation. @throws NoAnswer for everything else, faults among it */
export function resultIn (body: Uint8Array, operation: string, company: string): Fields {
  const answer = within(within(within(parse(body, company), 'Envelope'), 'Body'), `${operation}Response`)
  const [result] = Object.values(answer).filter(isFields)
  if (result === undefined) throw new NoAnswer(`${company} answered something that is not a result`)
  return result
}

/** @throws NoAnswer */
function parse (body: Uint8Array, company: string): Fields {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) throw new TypeError('a SOAP message declares nothing')
    return parser.parse(text, true) as Fields
  } catch {
    // The cause is left out: it may quote the answer.
    throw new NoAnswer(`${company} answered something that is not XML`)
  }
}

function within (fields: Fields, name: string): Fields {
  const value = fields[name]
  return isFields(value) ? value : {}
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The text of an element; empty where it is missing. The five entities of XML and numbers of characters are read, each once. */
export function elementOf (fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,6})|#x([\da-fA-F]{1,5}));/g, readEntity) : ''
}

function readEntity (_: string, named: string | undefined, decimal: string | undefined, hexadecimal: string | undefined): string {
  if (named !== undefined) return String(NAMED[named])
  return String.fromCodePoint(decimal === undefined ? parseInt(String(hexadecimal), 16) : Number(decimal))
}

/** Elements of one name, of which there may be one or many. */
export function elementsOf (fields: Fields, name: string): readonly Fields[] {
  return [fields[name]].flat().filter(isFields)
}
