/** How much each part measures. The argument `tiny` shows in a moment that every part works; its figures say nothing. */
const isTiny = process.argv.includes('tiny')

/**
 * `warmUp`: requests until the code of a server is compiled. A busy machine takes longer for them, and not less often. No server gets more than 60,000
 * webhooks in a minute, which is the service's limit for an address.
 */
export const SIZE = isTiny
  ? { warmUp: 64, rounds: 1, round: 10, storeWarmUp: 20, storeRound: 20, workersWarmUp: 64, workersRounds: 1, workersRound: 200, contentionS: 1 }
  : { warmUp: 20_000, rounds: 3, round: 3000, storeWarmUp: 2000, storeRound: 3000, workersWarmUp: 20_000, workersRounds: 5, workersRound: 4000, contentionS: 15 }
