import { api, read } from '../../api.js'
import { History } from '../../components/history.js'
import { Money, type Tone } from '../../components/values.js'

function toneOf (type: string): Tone {
  if (/succeeded|won|prevented/.test(type)) return 'good'
  if (/failed|lost|flagged|dispute\.opened/.test(type)) return 'bad'
  return /refund|warned|canceled/.test(type) ? 'warn' : 'info'
}

/** What has happened to a payment, oldest first. `version` has it read anew. */
export function Timeline ({ paymentId, version }: { readonly paymentId: string, readonly version: string }) {
  return (
    <History
      of={`${paymentId} ${version}`}
      load={async (query, signal) => await read(api.GET('/api/payments/{paymentId}/history', { params: { path: { paymentId }, query }, signal }))}
      toneOf={toneOf}
      about={({ amount, currency }) => <Money amount={amount} currency={currency} />}
    />
  )
}
