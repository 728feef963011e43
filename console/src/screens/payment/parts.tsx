import type { Schema } from '../../api.js'
import { Badge, Facts, Id, Json, Money, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'
import { takenCurrency } from './left.js'

type Payment = Schema<'Payment'>

export function PaymentFacts ({ payment }: { readonly payment: Payment }) {
  const { amount, currency, taken, refundedAmount, failure, nextAction } = payment
  const beside = (value: number) => value === 0 ? null : <Money amount={value} currency={currency} />
  return (
    <section class='card' aria-labelledby='facts'>
      <h2 id='facts'>{t('payment.facts')}</h2>
      <Facts facts={[
        [t('payment.amount'), <Money key='amount' amount={amount} currency={currency} />],
        [t('payment.taken'), taken === null ? null : <Money key='taken' amount={taken.amount} currency={taken.currency} />],
        [t('payment.refunded'), refundedAmount === 0 ? null : <Money key='refunded' amount={refundedAmount} currency={takenCurrency(payment)} />],
        [t('payment.discount'), beside(payment.discountAmount)],
        [t('payment.shipping'), beside(payment.shippingAmount)],
        [t('payment.tax'), beside(payment.taxAmount)],
        [t('payment.installments'), taken === null || taken.installments === 1 ? null : taken.installments],
        [t('payment.id'), <Id key='id' value={payment.paymentId} />],
        [t('payment.payer'), <Id key='payer' value={payment.userId} href={`/console/payments?userId=${encodeURIComponent(payment.userId)}`} />],
        [t('payment.seller'), payment.sellerId === null ? null : <Id key='seller' value={payment.sellerId} href={`/console/payments?sellerId=${encodeURIComponent(payment.sellerId)}`} />],
        [t('payment.provider'), word('provider', payment.provider)],
        [t('payment.reference'), payment.providerReference === null ? null : <Id key='reference' value={payment.providerReference} />],
        [t('payment.failure'), failure === null ? null : <span key='failure'>{failure.message} <code>{failure.code}</code></span>],
        [t('payment.next'), nextAction === null ? null : <a key='next' href={nextAction.url} rel='noreferrer noopener' target='_blank'>{nextAction.type === 'voucher' ? t('payment.voucher') : t('payment.page')}</a>],
        [t('payment.room'), payment.roomId === null ? null : <Id key='room' value={payment.roomId} />],
        [t('payment.description'), payment.description],
        [t('payment.signed'), payment.orderSigned ? t('payment.yes') : null],
        [t('payment.created'), <Time key='created' at={payment.createdAt} isExact />],
        [t('payment.updated'), <Time key='updated' at={payment.updatedAt} isExact />],
        [t('payment.expires'), payment.expiresAt === null ? null : <Time key='expires' at={payment.expiresAt} />],
      ]} />
    </section>
  )
}

export function Refunds ({ payment, onDecide }: { readonly payment: Payment, readonly onDecide: (refundId: string, as: 'succeeded' | 'failed') => void }) {
  if (payment.refunds.length === 0) return null
  return (
    <section class='card' aria-labelledby='refunds'>
      <h2 id='refunds'>{t('payment.refunds')}</h2>
      <ul class='lines'>
        {payment.refunds.map(({ refundId, amount, status, reason, createdAt, origin, reference, failure }) => (
          <li key={refundId}>
            <div class='row'><strong><Money amount={amount} currency={takenCurrency(payment)} /></strong><Badge kind='refund' value={status} /><span class='muted small'><Time at={createdAt} isExact /></span></div>
            {reason !== null && <p>{reason}</p>}
            {failure !== null && <p class='fault'>{failure.message} <code>{failure.code}</code></p>}
            <p class='muted small row'><Id value={refundId} />{reference !== null && <Id value={reference} />}{origin === 'provider' && t('refund.elsewhere')}</p>
            {status === 'pending' && may('refund') && (
              <div class='row'>
                <button type='button' class='tiny' onClick={() => { onDecide(refundId, 'succeeded') }}>{t('refund.as-succeeded')}</button>
                <button type='button' class='tiny' onClick={() => { onDecide(refundId, 'failed') }}>{t('refund.as-failed')}</button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Disputes ({ payment: { disputes }, onRecord }: { readonly payment: Payment, readonly onRecord: (dispute: Payment['disputes'][number]) => void }) {
  if (disputes.length === 0) return null
  return (
    <section class='card' aria-labelledby='disputes'>
      <h2 id='disputes'>{t('payment.disputes')}</h2>
      <ul class='lines'>
        {disputes.map((dispute) => {
          const { disputeId, amount, currency, status } = dispute
          return <li key={disputeId}><div class='row'><strong><Money amount={amount} currency={currency} /></strong><Badge kind='dispute' value={status} /><Id value={disputeId} />{may('refund') && <button type='button' class='quiet tiny' onClick={() => { onRecord(dispute) }}>{t('dispute-act.again')}</button>}</div></li>
        })}
      </ul>
    </section>
  )
}

export function Shipments ({ payment: { fulfillment: { status, shipments } } }: { readonly payment: Payment }) {
  if (shipments.length === 0) return null
  return (
    <section class='card' aria-labelledby='shipments'>
      <header><h2 id='shipments'>{t('payment.shipments')}</h2><Badge kind='fulfillment' value={status} /></header>
      <ul class='lines'>
        {shipments.map(({ shipmentId, direction, state }) => (
          <li key={shipmentId}><div class='row'><Badge kind='parcel' value={state} tone={state === 'void' ? 'none' : 'info'} />{direction === 'return' && t('payment.return')}<Id value={shipmentId} href={`/console/shipments/${shipmentId}`} /></div></li>
        ))}
      </ul>
    </section>
  )
}

/** The request by which anyone with a token reads the same. It holds no token. */
function curlOf (paymentId: string): string {
  return `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/api/payments/${paymentId}`
}

export function Raw ({ payment }: { readonly payment: Payment }) {
  return (
    <section class='card' aria-label={t('common.raw')}>
      {payment.items.length > 0 && <details><summary>{t('payment.items')}</summary><Json value={payment.items} /></details>}
      {Object.keys(payment.metadata).length > 0 && <details><summary>{t('payment.metadata')}</summary><Json value={payment.metadata} /></details>}
      {payment.shippingAddress !== null && <details><summary>{t('payment.address')}</summary><Json value={payment.shippingAddress} /></details>}
      <details><summary>{t('common.raw')}</summary><Json value={payment} /></details>
      <details><summary>{t('payment.curl')}</summary><pre tabIndex={0}>{curlOf(payment.paymentId)}</pre></details>
    </section>
  )
}
