/** What a check has found. A fault keeps something from working; a note may be as it is meant. */
export interface Finding {
  readonly grade: 'ok' | 'note' | 'fault'
  readonly subject: string
  readonly says: string
  /** What mends it. */
  readonly remedy: string | null
}

export const ok = (subject: string, says: string): Finding => ({ grade: 'ok', subject, says, remedy: null })
export const note = (subject: string, says: string, remedy: string | null = null): Finding => ({ grade: 'note', subject, says, remedy })
export const fault = (subject: string, says: string, remedy: string): Finding => ({ grade: 'fault', subject, says, remedy })

/** One line, in which the secrets are covered. */
export function lineOf ({ grade, subject, says, remedy }: Finding, secrets: readonly string[]): string {
  const line = `${grade === 'fault' ? 'FAULT' : grade.padEnd(5)} ${subject}: ${says}${remedy === null ? '' : `. Remedy: ${remedy}`}`
  return secrets.reduce((covered, secret) => covered.replaceAll(secret, '…'), line.replaceAll('\n', ' '))
}
