import { DomainError } from '../../domain/errors.js'

/** Sends payers back to known places only, so that our name can't lend trust to a stranger's page. @throws return_url_not_allowed */
export function checkReturnUrl (returnUrl: string | null, origins: readonly string[]): void {
  if (returnUrl === null) return
  const origin = URL.canParse(returnUrl) ? new URL(returnUrl).origin : null
  if (origin === null || !origins.includes(origin)) {
    throw new DomainError('return_url_not_allowed', 'the origin of returnUrl is not on the allow-list')
  }
}
