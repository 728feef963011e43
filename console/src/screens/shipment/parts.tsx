import type { Schema } from '../../api.js'
import { Badge, Facts, Id, Json, Money, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'

interface Props {
  readonly shipment: Schema<'Shipment'>
}

/** Why a person should look. */
export function Flags ({ shipment: { flags } }: Props) {
  return (
    <>
      {flags.map((flag) => (
        <div key={flag} class='note' data-tone='bad'><strong>{word('shipment-flag', flag)}</strong></div>
      ))}
    </>
  )
}

export function ShipmentFacts ({ shipment }: Props) {
  const { price, failure, returnRequest, trackingNumber, trackingUrl, cancelRequestedAt } = shipment
  return (
    <section class='card' aria-labelledby='facts'>
      <h2 id='facts'>{t('payment.facts')}</h2>
      <Facts facts={[
        [t('shipment.direction'), shipment.direction === 'return' ? t('shipments.return') : null],
        [t('shipments.carrier'), shipment.carrierName ?? word('carrier', shipment.carrier)],
        [t('shipment.service'), shipment.service],
        [t('shipments.tracking'), trackingNumber === null ? null : <Id key='tracking' value={trackingNumber} />],
        [t('shipment.page'), trackingUrl === null ? null : <a key='page' href={trackingUrl} rel='noreferrer noopener' target='_blank'>{t('shipment.to-page')}</a>],
        [t('shipment.price'), price === null ? null : <Money key='price' amount={price.amount} currency={price.currency} />],
        [t('shipment.parcels'), shipment.parcels.length],
        [t('shipment.failure'), failure === null ? null : <span key='failure'>{failure.message} <code>{failure.code}</code></span>],
        [t('shipment.return-reason'), returnRequest === null ? null : returnRequest.reason],
        [t('shipment.cancel-asked'), cancelRequestedAt === null ? null : <Time key='cancel' at={cancelRequestedAt} isExact />],
        [t('shipment.id'), <Id key='id' value={shipment.shipmentId} />],
        [t('payments.order'), <a key='payment' href={`/console/payments/${shipment.paymentId}`}>{shipment.orderId}</a>],
        [t('payments.seller'), shipment.sellerId === null ? null : <Id key='seller' value={shipment.sellerId} href={`/console/shipments?sellerId=${encodeURIComponent(shipment.sellerId)}`} />],
        [t('shipments.buyer'), <Id key='buyer' value={shipment.buyerId} href={`/console/payments?userId=${encodeURIComponent(shipment.buyerId)}`} />],
        [t('payment.created'), <Time key='created' at={shipment.createdAt} isExact />],
        [t('payment.updated'), <Time key='updated' at={shipment.updatedAt} isExact />],
      ]} />
    </section>
  )
}

/** What the carrier has reported, oldest first. */
export function Tracking ({ shipment: { events } }: Props) {
  if (events.length === 0) return null
  return (
    <section class='card' aria-labelledby='tracking'>
      <h2 id='tracking'>{t('shipment.reported')}</h2>
      <ul class='lines'>
        {events.map(({ kind, text, location, occurredAt }) => (
          <li key={`${occurredAt}${kind}${text}`}>
            <div class='row'><Badge kind='shipment' value={kind} /><span class='muted small'><Time at={occurredAt} isExact />{location !== '' && ` · ${location}`}</span></div>
            {text !== '' && <p>{text}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Raw ({ shipment }: Props) {
  return (
    <section class='card' aria-label={t('common.raw')}>
      <details><summary>{t('common.raw')}</summary><Json value={shipment} /></details>
    </section>
  )
}
