import { beginningOf } from '../text.js'

/*
 * Names and order ids are words of other people, and mails and SMS carry them to readers who did not ask for them. They become neither
 * a link, which programs make of addresses and numbers by themselves, nor, unless they are plain names, the subject of a mail.
 */

const MAX_CHARACTERS = 100
/** Signs that hold the parts of an address together: of a host, also in its full-width forms, a scheme, a path and a mailbox. */
const JOINTS = /([.。．｡․:/\\@])(?=\S)/gu
/** As many digits as a telephone number has, with signs between them. */
const NUMBER = /(?:\d[^\d\p{L}]{0,3}){7}/u
/** Up to four words of letters and the joiners of their scripts, as names have; one may end with a full stop. */
const PLAIN_NAME = /^\p{L}[\p{L}\p{M}\p{Join_Control}'’-]*\.?(?: \p{L}[\p{L}\p{M}\p{Join_Control}'’-]*\.?){0,3}$/u
const PLAIN_NAME_MAX_CHARACTERS = 40

/**
 * One line without an address: a space follows each sign that could join one. A line break could begin a header or a sentence, a direction
 * mark could reverse one, and a long text is cut. The joiners of some scripts stay.
 */
export function unlinked (words: string | null): string {
  const line = (words ?? '').replace(/(?:(?![\u200c\u200d])\p{C}|[\p{Zl}\p{Zp}\s])+/gu, ' ').trim().replace(JOINTS, '$1 ')
  return Array.from(line).length > MAX_CHARACTERS ? `${beginningOf(line, MAX_CHARACTERS - 1)}…` : line
}

/** The name of a person within a text; empty for one that holds a telephone number. */
export function unlinkedName (name: string | null): string {
  const line = unlinked(name)
  return NUMBER.test(line) ? '' : line
}

/** Whether a name may be the subject of a mail: some words of letters, and no more. */
export function isPlainName (name: string): boolean {
  return PLAIN_NAME.test(name) && Array.from(name).length <= PLAIN_NAME_MAX_CHARACTERS
}
