import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

type RetryStrategy = Extract<DynamoDBClientConfig['retryStrategy'], { refreshRetryTokenForRetry: unknown }>
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>

/**
 * How often a request is sent at most, by how it failed. A time-out has cost two seconds already,
 * while throttling passes quickly: the table or the partition is about to split.
 */
const MAX_ATTEMPTS = { CLIENT_ERROR: 1, TRANSIENT: 2, SERVER_ERROR: 2, THROTTLING: 6 }
const DELAY_BASE_MS = 25

/** The SDK's own strategy waits a second before it repeats a throttled request, too long for a caller who waits. */
export const retryStrategy: RetryStrategy = {
  acquireInitialRetryToken: async () => retryToken(0),
  refreshRetryTokenForRetry: async (token, { errorType }) => {
    const retries = token.getRetryCount() + 1
    if (retries >= MAX_ATTEMPTS[errorType]) throw new Error('no attempt is left')
    return retryToken(retries)
  },
  recordSuccess: () => {},
}

/** The delay is drawn anew for each retry, so that clients that were refused together don't come back together. */
function retryToken (retries: number): RetryToken {
  const delay = retries === 0 ? 0 : Math.random() * DELAY_BASE_MS * 2 ** retries
  return { getRetryCount: () => retries, getRetryDelay: () => delay }
}
