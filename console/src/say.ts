import { t } from './i18n.js'
import type { Problem } from './problem.js'

/** What a person reads of a refusal: our words for those that we know, else those of the service. */
export function sayProblem ({ status, code, message }: Problem): string {
  if (code === 'unreachable') return t('problem.unreachable')
  if (code === 'wrong_code') return t('problem.wrong-code')
  if (code === 'wrong_password') return t('problem.wrong-password')
  if (status === 401) return t('problem.signed-out')
  if (status === 403) return t('problem.forbidden', { detail: message })
  if (status === 404) return t('problem.not-found')
  if (status === 429) return t('problem.too-many')
  if (status >= 500) return t('problem.service', { detail: message })
  return message
}
