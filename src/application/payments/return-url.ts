import { DomainError } from '#domain/errors.js'

/** Sends payers back to known places only, so that our name can't lend trust to a stranger's page. @throws return_url_not_allowed */
export function checkReturnUrl (returnUrl: string | null, origins: readonly string[]): void {
  if (returnUrl === null) return
  const url = URL.parse(returnUrl)
  // Its `origin` would be that of what a blob: holds; and who reads a name before an @ believes to be there.
  if (url === null || !origins.includes(`${url.protocol}//${url.host}`) || url.username !== '' || url.password !== '') {
    throw new DomainError('return_url_not_allowed', 'the origin of returnUrl is not on the allow-list')
  }
}
