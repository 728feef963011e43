import { randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import { withShipmentState } from '#domain/payments/fulfillment.js'
import { keyRange } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import { DomainError } from '#domain/errors.js'
import { parcelStateOf, type ShipmentChange, type ShipmentDecision, type ShipmentEvent } from '#domain/shipping/decision.js'
import { isOpen, matchesFilter, shipmentKey, type ShipmentFilter } from '#domain/shipping/shipment-filter.js'
import { byDueAt, isDue } from '#domain/shipping/schedule.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { dayOf, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { CarrierName, ShipmentAddresses, ShipmentsOf, ShipmentStore, ShipmentUpdate, ShipmentUpdateOptions } from '#application/ports/shipment-store.js'
import type { Database } from '../engine/client.js'
import { absent, between, compare, expression, type Condition } from '../engine/expression.js'
import { mergeNewest } from '../engine/page.js'
import { countRows, dueRows, getRow, getRows, partition, queryPages, queryRows, type Partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { unlessRefused, untilWritten } from '../engine/retry.js'
import { text } from '../engine/row.js'
import { transact, writeIf, type Check, type TransactionItem } from '../engine/write.js'
import { outboxItems } from '../outbox/outbox-store.js'
import { FIRST, LAST, type DayRegister } from '../payments/day-register.js'
import type { EarlierPayments } from '../payments/earlier-payments.js'
import { paymentRow } from '../payments/payment-row.js'
import { appliedOnce } from '../payments/webhook-event-store.js'
import { addressItem } from './shipment-address-store.js'
import { carrierRef, FLAGGED_PARTITIONS, LIST_PARTITIONS, shipmentOf, shipmentRow } from './shipment-row.js'

/** What one step writes of a shipment: its next version, with the place of its condition among the checks. */
interface Write {
  readonly items: readonly TransactionItem[]
  readonly token: string
}

export class DynamoShipmentStore implements ShipmentStore {
  readonly #database: Database
  readonly #days: DayRegister
  readonly #earlier: EarlierPayments

  constructor (database: Database, days: DayRegister, earlier: EarlierPayments) {
    this.#database = database
    this.#days = days
    this.#earlier = earlier
  }

  async insert (shipment: Shipment, addresses: ShipmentAddresses | null, reserve: PaymentChange, known: Payment, events: readonly ShipmentEvent[] = []): Promise<Insertion<Shipment>> {
    let payment = known
    let isFresh = false
    return await untilWritten<Insertion<Shipment>>(this.#database, async () => {
      const decision = isFresh ? reserve(payment) : unlessRefused(reserve, payment)
      isFresh = true
      if (decision === null) {
        payment = await this.#payment(shipment.paymentId)
        return undefined
      }
      const checks = await transact(this.#database, [
        this.#put(shipmentRow(shipment, randomUUID()), absent('shipmentId')),
        await this.#paymentItem(payment, decision),
        ...(addresses === null ? [] : [addressItem(this.#database, addresses)]),
        ...outboxItems(this.#database, events),
      ])
      if (checks === null) return { inserted: true, stored: shipment }
      const [taken] = checks
      if (taken?.row != null) {
        const stored = shipmentOf(taken.row)
        return { inserted: stored.lease.owner === shipment.lease.owner, stored }
      }
      payment = await this.#payment(shipment.paymentId)
      return undefined
    })
  }

  async find (shipmentId: string): Promise<Shipment | null> {
    const row = await getRow(this.#database, 'shipments', { shipmentId })
    return row === null ? null : shipmentOf(row)
  }

  async findMany (shipmentIds: readonly string[]): Promise<readonly Shipment[]> {
    const rows = await getRows(this.#database, 'shipments', [...new Set(shipmentIds)].map((shipmentId) => ({ shipmentId })))
    return readable(this.#database, 'shipments', rows, shipmentOf)
  }

  async findByCarrier (carrier: string, { carrierKey, carrierReference }: CarrierName): Promise<Shipment | null> {
    const named = carrierKey === null
      ? partition('shipments', 'carrierRef-index', carrierRef(carrier, String(carrierReference)))
      : partition('shipments', 'keyRef-index', carrierRef(carrier, carrierKey))
    const [row] = await queryRows(this.#database, { partition: named }, 1)
    return row === undefined ? null : await this.find(text(row, 'shipmentId'))
  }

  async due (now: Timestamp, limit: number): Promise<readonly Shipment[]> {
    const rows = await dueRows(this.#database, 'shipments', now, limit)
    return readable(this.#database, 'shipments', rows, shipmentOf).filter((shipment) => isDue(shipment, now)).sort(byDueAt)
  }

  async update (shipmentId: string, change: ShipmentChange, { known, webhookEvent, addresses }: ShipmentUpdateOptions = {}): Promise<ShipmentUpdate> {
    let current = known ?? await this.#require(shipmentId)
    let isFresh = known === undefined
    return await untilWritten<ShipmentUpdate>(this.#database, async () => {
      const decision = isFresh ? change(current) : unlessRefused(change, current)
      if (decision === null || (!isFresh && decision.shipment === current && webhookEvent === undefined)) {
        current = await this.#require(shipmentId)
        isFresh = true
        return undefined
      }
      if (decision.shipment === current && webhookEvent === undefined) return { ...decision, duplicate: false }
      const { items, token } = await this.#nextOf(current, decision)
      const checks = await this.#write([...items, ...(addresses === undefined || decision.shipment === current ? [] : [addressItem(this.#database, addresses)]), ...(webhookEvent === undefined ? [] : [appliedOnce(this.#database, webhookEvent)])])
      const [own, ...others] = checks ?? []
      if (checks === null || own?.row?.['writeToken'] === token) return { ...decision, duplicate: false }
      const stored = own?.row == null ? null : shipmentOf(own.row)
      // A check without a row is that of a missing shipment, or stands: the last one is then the webhook event's or the payment's.
      if (webhookEvent !== undefined && others.at(-1)?.failed === true) return { shipment: stored ?? current, events: [], duplicate: true }
      current = stored ?? await this.#require(shipmentId)
      isFresh = true
      return undefined
    })
  }

  async listOf ({ as, userId, isOpen: openAlone }: ShipmentsOf, page: PageRequest): Promise<Page<Shipment>> {
    const found = new FilteredPage<Shipment>(page, (shipment) => !openAlone || isOpen(shipment))
    return await this.#page(found, [partition('shipments', as === 'seller' ? 'sellerId-createdKey-index' : 'buyerId-createdKey-index', userId)], null, page.before, page)
  }

  async list (filter: ShipmentFilter, page: PageRequest): Promise<Page<Shipment>> {
    const { low, high } = keyRange(filter, page.before)
    const found = new FilteredPage<Shipment>(page, (shipment) => matchesFilter(shipment, filter))
    // DynamoDB refuses a range that ends before it begins.
    if (low !== null && high !== null && low >= high) return found.upTo(null)
    return await this.#page(found, LIST_PARTITIONS.map((shard) => partition('shipments', 'listShard-createdKey-index', shard)), low, high, page)
  }

  async countFlagged (max: number): Promise<number> {
    return await countRows(this.#database, FLAGGED_PARTITIONS.map((shard) => partition('shipments', 'flaggedShard-createdKey-index', shard)), max)
  }

  async #page (found: FilteredPage<Shipment>, partitions: readonly Partition[], low: string | null, high: string | null, page: PageRequest): Promise<Page<Shipment>> {
    const sources = partitions.map((one) => this.#newest(one, low, high, page))
    for await (const shipment of mergeNewest(sources, shipmentKey)) if (!found.examine(shipmentKey(shipment), shipment)) return found.unfinished()
    return found.upTo(null)
  }

  async * #newest (from: Partition, low: string | null, high: string | null, { before, limit }: PageRequest): AsyncGenerator<Shipment, void> {
    const query = { partition: from, within: between('createdKey', low ?? FIRST, high ?? LAST), newestFirst: true }
    for await (const rows of queryPages(this.#database, query, () => limit + 1)) {
      // Both ends belong to the range of the query, and the page before has shown `before`.
      yield * readable(this.#database, 'shipments', rows, shipmentOf).filter((shipment) => shipmentKey(shipment) !== before)
    }
  }

  /** The items of the next version, its events, and what it means for the payment. The condition of the shipment is the first. */
  async #nextOf (current: Shipment, { shipment, events }: ShipmentDecision): Promise<Write> {
    const token = randomUUID()
    const isStill = compare('version', '=', current.version)
    if (shipment === current) {
      const { tableNames } = this.#database
      return { token, items: [{ ConditionCheck: { TableName: tableNames.shipments, Key: { shipmentId: current.shipmentId }, ...expression({ condition: isStill }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }] }
    }
    const state = parcelStateOf(shipment)
    const isNews = state !== parcelStateOf(current)
    return {
      token,
      items: [
        this.#put(shipmentRow(shipment, token), isStill),
        ...(isNews ? await this.#paymentItems(shipment, (payment) => withShipmentState(payment, shipment.shipmentId, state, shipment.updatedAt)) : []),
        ...outboxItems(this.#database, events),
      ],
    }
  }

  async #paymentItems ({ paymentId }: Shipment, change: PaymentChange): Promise<TransactionItem[]> {
    const payment = await this.#payment(paymentId)
    const decision = change(payment)
    return decision.payment === payment ? [] : [await this.#paymentItem(payment, decision)]
  }

  /** The next version of a payment. It has no events: those of its shipments tell what happened. */
  async #paymentItem (current: Payment, { payment }: Decision): Promise<TransactionItem> {
    const { tableNames } = this.#database
    const Item = paymentRow(payment, randomUUID(), await this.#days.shardsOf(dayOf(payment.createdAt)))
    return { Put: { TableName: tableNames.payments, Item, ...expression({ condition: compare('version', '=', current.version) }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }
  }

  #put (Item: ReturnType<typeof shipmentRow>, condition: Condition) {
    return { Put: { TableName: this.#database.tableNames.shipments, Item, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } }
  }

  /** A version without an event needs no transaction, which costs twice as much. */
  async #write (items: readonly TransactionItem[]): Promise<readonly Check[] | null> {
    const [first, second] = items
    if (first?.Put === undefined || second !== undefined) return await transact(this.#database, [...items])
    const put = first.Put
    const check = await writeIf(this.#database, async () => await this.#database.documents.send(new PutCommand(put)))
    return check === null ? null : [check]
  }

  async #payment (paymentId: string): Promise<Payment> {
    const row = await getRow(this.#database, 'payments', { paymentId })
    if (row === null) throw new DomainError('not_found', 'there is no such payment')
    return this.#earlier.paymentOf(row)
  }

  async #require (shipmentId: string): Promise<Shipment> {
    const shipment = await this.find(shipmentId)
    if (shipment === null) throw new DomainError('not_found', 'there is no such shipment')
    return shipment
  }
}
