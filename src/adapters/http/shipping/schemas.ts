import { Type } from '@sinclair/typebox'
import { REPORTED_KINDS, RESOLUTIONS } from '#domain/shipping/news.js'
import { PARCELS_MAX } from '#domain/shipping/new-shipment.js'
import { SHIPMENT_DIRECTIONS, SHIPMENT_FLAGS, SHIPMENT_STATUSES } from '#domain/shipping/shipment.js'
import { TRACKING_KINDS } from '#domain/shipping/tracking.js'
import { ITEM_QUANTITY_MAX, ITEMS_MAX } from '#domain/payments/order.js'
import { LABEL_FORMATS } from '#application/ports/shipping-carrier.js'
import { Sum } from '../payments/reversal-schemas.js'
import { Currency } from '../payments/schemas.js'
import { listOf, pageQuery, RANGE } from '../shared/lists.js'
import { Phone } from '../shared/phone.js'
import { Email, EntityId, known, nullable, oneOf, ref, shownAs, strict, Timestamp, UserId } from '../shared/schemas.js'

const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const CarrierName = Type.String({ pattern: '^[a-z]{1,32}$', description: 'The name of a carrier: 1 to 32 small letters' })
const Service = Type.String({ pattern: '^[\\w.+-]{1,80}$', description: 'A service of the carrier, as a quote names it: 1 to 80 letters, digits and _ . + -' })
const SIDE = { minimum: 1, maximum: 10_000 }

const ParcelInput = Type.Object({
  lengthMm: Type.Integer({ ...SIDE, description: 'Millimetres' }),
  widthMm: Type.Integer({ ...SIDE, description: 'Millimetres' }),
  heightMm: Type.Integer({ ...SIDE, description: 'Millimetres' }),
  weightG: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Grams' }),
}, { title: 'ParcelInput', ...strict })

/** Where a parcel starts or ends, as people write it. */
const PARTY = {
  contactName: Text(120),
  company: Type.Optional(Text(120)),
  phone: Phone,
  email: Type.Optional(Email),
  line1: Text(240),
  line2: Type.Optional(Text(240)),
  district: Text(120),
  city: Text(120),
  zipCode: Type.Optional(Text(16)),
  country: Type.String({ pattern: '^[A-Z]{2}$', description: 'Two capital letters of ISO 3166-1, such as TR' }),
}
const RecipientInput = Type.Object(PARTY, { title: 'RecipientInput', ...strict, description: 'Default: the shipping address of the payment, where it has a phone and a district' })
const SenderInput = Type.Object(PARTY, { title: 'SenderInput', ...strict, description: 'Default: the shipping address of the seller' })
const Parcels = Type.Array(ParcelInput, { minItems: 1, maxItems: PARCELS_MAX, description: 'A side has at most 2,000 mm, a parcel at most 100 kg' })

const exampleParcel = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
const exampleParty = { contactName: 'Ayşe Yılmaz', phone: '+90 532 123 45 67', line1: 'Gül Sokak 7', district: 'Kadıköy', city: 'İstanbul', country: 'TR' }

export const QuoteShipmentBody = Type.Object({
  carrier: Type.Optional(CarrierName),
  parcels: Parcels,
  recipient: Type.Optional(RecipientInput),
  sender: Type.Optional(SenderInput),
}, { $id: 'QuoteShipmentBody', ...strict, examples: [{ parcels: [exampleParcel], recipient: exampleParty, sender: exampleParty }] })

const Price = Type.Object({ amount: Sum, currency: Type.String() }, { title: 'ShipmentPrice' })

export const QuoteList = Type.Object({
  items: Type.Array(Type.Object({
    carrier: Type.String(),
    service: Type.String({ description: 'As a request for a label names it' }),
    carrierName: Type.String(),
    price: Price,
    desi: Type.Integer({ minimum: 0, description: 'What the carrier charges for: whole desi or kilograms, whichever is more' }),
    days: nullable(Type.Object({ min: Type.Integer(), max: Type.Integer() }, { title: 'DeliveryDays', description: 'Days until delivery, where the carrier says so' })),
  }, { title: 'Quote' })),
}, { $id: 'QuoteList', examples: [{ items: [{ carrier: 'simulator', service: 'sim_ok', carrierName: 'Simulator', price: { amount: 7000, currency: 'TRY' }, desi: 2, days: { min: 1, max: 3 } }] }] })

const LABEL = {
  carrier: Type.Optional(CarrierName),
  service: Type.Optional(Service),
  price: Type.Optional(Type.Object({ amount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Minor units' }), currency: Currency }, { title: 'QuotedPrice', ...strict, description: 'What the quote said: a dearer label gets the flag `price_mismatch`' })),
  parcels: Type.Optional(Parcels),
  recipient: Type.Optional(RecipientInput),
  sender: Type.Optional(SenderInput),
  carrierName: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'With `manual`: who carries it' })),
  trackingNumber: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$', description: 'With `manual`, which needs it: 1 to 64 visible ASCII characters' })),
  trackingUrl: Type.Optional(Type.String({ format: 'uri', pattern: '^https://', maxLength: 500, description: 'With `manual`: an https address of at most 500 characters' })),
}
export const LabelBody = Type.Object(LABEL)

const itemsOf = (title: string, description: string) => Type.Optional(Type.Array(Type.Object({
  index: Type.Integer({ minimum: 0, maximum: ITEMS_MAX - 1, description: 'Of the item in the payment, from 0' }),
  quantity: Type.Integer({ minimum: 1, maximum: ITEM_QUANTITY_MAX }),
}, { title, ...strict }), { minItems: 1, maxItems: ITEMS_MAX, description }))

/** A tracking number and its carrier are typed for `manual` alone, and parcels are needed for everything else. */
const TYPED_OR_MADE = {
  if: { properties: { carrier: { type: 'string', const: 'manual' } }, required: ['carrier'] },
  then: { properties: { carrierName: {}, trackingNumber: {} }, required: ['carrierName', 'trackingNumber'] },
  else: { properties: { parcels: {} }, required: ['parcels'] },
}

export const CreateShipmentBody = Type.Object({ ...LABEL, items: itemsOf('ShippedItem', 'Default: everything that is left') }, {
  $id: 'CreateShipmentBody',
  ...strict,
  ...TYPED_OR_MADE,
  examples: [
    { carrier: 'simulator', service: 'sim_ok', parcels: [exampleParcel], items: [{ index: 0, quantity: 1 }], recipient: exampleParty, sender: exampleParty },
    { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP0123456789' },
  ],
})

export const AskReturnBody = Type.Object({
  items: itemsOf('ReturnedItem', 'Default: everything that has arrived and is not on its way back'),
  reason: Type.String({ minLength: 1, maxLength: 200, description: 'Why. The seller sees it' }),
}, { $id: 'AskReturnBody', ...strict, examples: [{ items: [{ index: 0, quantity: 1 }], reason: 'too small' }] })

export const AcceptReturnBody = Type.Object({
  ...LABEL,
  recipient: Type.Optional(Type.Object(PARTY, { title: 'ReturnRecipientInput', ...strict, description: 'Default: the address from which the seller ships' })),
  sender: Type.Optional(Type.Object(PARTY, { title: 'ReturnSenderInput', ...strict, description: 'Default: where the parcel went' })),
}, {
  $id: 'AcceptReturnBody',
  ...strict,
  ...TYPED_OR_MADE,
  examples: [{ carrier: 'simulator', service: 'sim_ok', parcels: [exampleParcel] }, { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP0123456789' }],
})

export const DeclineReturnBody = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 200, description: 'Why. The buyer sees it' }),
}, { $id: 'DeclineReturnBody', ...strict, examples: [{ reason: 'it was worn' }] })

const exampleShipment = {
  shipmentId: 'ship_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  paymentId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  orderId: 'order-1001',
  direction: 'outbound',
  sellerId: 'mehmet',
  buyerId: 'ayse',
  carrier: 'simulator',
  carrierName: 'Simulator',
  service: 'sim_ok',
  status: 'in_transit',
  trackingNumber: 'SIMBVABCDEFGHIJKLMN0',
  trackingUrl: 'https://tracking.example/SIMBVABCDEFGHIJKLMN0',
  price: { amount: 7000, currency: 'TRY' },
  parcels: [{ ...exampleParcel, desi: 2 }],
  items: [{ index: 0, quantity: 1 }],
  events: [{ kind: 'in_transit', text: 'At the transfer centre', location: 'İstanbul', occurredAt: '2026-11-24T09:12:00.000Z' }],
  flags: [],
  failure: null,
  cancelRequestedAt: null,
  returnRequest: null,
  createdAt: '2026-11-23T13:00:00.000Z',
  updatedAt: '2026-11-24T09:12:03.000Z',
}
/** A shipment of which it is not known whether its label was made. */
const pendingShipment = { ...exampleShipment, status: 'pending', trackingNumber: null, trackingUrl: null, price: null, events: [] }
const exampleReturn = { ...pendingShipment, direction: 'return', status: 'requested', carrierName: null, service: null, parcels: [], returnRequest: { reason: 'too small', answer: null } }
const declinedReturn = { ...exampleReturn, status: 'declined', returnRequest: { reason: 'too small', answer: { accepted: false, reason: 'it was worn', answeredAt: exampleReturn.updatedAt } } }

const fields = {
  shipmentId: Type.String(),
  paymentId: Type.String(),
  orderId: Type.String(),
  direction: known(SHIPMENT_DIRECTIONS, 'treat one you do not know as `outbound`'),
  sellerId: nullable(Type.String()),
  buyerId: Type.String(),
  carrier: Type.String(),
  carrierName: nullable(Type.String({ description: 'Who carries it, where `carrier` stands for several' })),
  service: nullable(Type.String()),
  status: known(SHIPMENT_STATUSES, 'treat one you do not know as `in_transit`', '`pending`: it is not known yet whether a label was made. `refused`: none was made. `created`: no one has scanned it. `requested`: a return waits for its seller. `declined`: they do not take it back'),
  trackingNumber: nullable(Type.String()),
  trackingUrl: nullable(Type.String()),
  price: nullable(Price),
  parcels: Type.Array(Type.Object({ lengthMm: Type.Integer(), widthMm: Type.Integer(), heightMm: Type.Integer(), weightG: Type.Integer(), desi: Type.Integer() }, { title: 'Parcel' })),
  items: Type.Array(Type.Object({ index: Type.Integer(), quantity: Type.Integer() }, { title: 'ShipmentItem' })),
  events: Type.Array(Type.Object({
    kind: known(TRACKING_KINDS, 'show `text`'),
    text: Type.String(),
    location: Type.String(),
    occurredAt: Timestamp,
  }, { title: 'TrackingEvent' }), { description: 'Oldest first' }),
  flags: Type.Array(known(SHIPMENT_FLAGS, 'ignore one you do not know')),
  failure: nullable(Type.Object({ code: Type.String(), message: Type.String() }, { title: 'ShipmentFailure', description: 'Why the carrier has refused it' })),
  cancelRequestedAt: nullable(Timestamp),
  returnRequest: nullable(Type.Object({
    reason: Type.String({ description: 'In the words of the buyer' }),
    answer: nullable(Type.Object({ accepted: Type.Boolean(), reason: nullable(Type.String()), answeredAt: Timestamp }, { title: 'ReturnAnswer', description: 'Null until the seller answers. An accepted return has no reason' })),
  }, { title: 'ReturnRequest', description: 'Of a return alone' })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}

export const Shipment = Type.Object(fields, { $id: 'Shipment', examples: [exampleShipment] })
export const PENDING_SHIPMENT = { ...ref(Shipment), examples: [pendingShipment] }
export const ASKED_RETURN = { ...ref(Shipment), examples: [exampleReturn] }
export const DECLINED_RETURN = { ...ref(Shipment), examples: [declinedReturn] }

const PartyShown = Type.Object({
  contactName: Type.String(),
  company: Type.Optional(Type.String()),
  phone: Type.String({ description: 'E.164' }),
  email: Type.Optional(Type.String()),
  line1: Type.String(),
  line2: Type.Optional(Type.String()),
  district: Type.String(),
  city: Type.String(),
  cityCode: nullable(Type.String({ description: 'In Türkiye the plate code of the province' })),
  zipCode: Type.Optional(Type.String()),
  country: Type.String(),
}, { title: 'Recipient', description: 'Shown to the seller until 30 days after delivery. Null once it is no longer kept' })

export const ShipmentWithRecipient = Type.Object({ ...fields, recipient: nullable(PartyShown) }, {
  $id: 'ShipmentWithRecipient',
  examples: [{ ...exampleShipment, recipient: { ...exampleParty, phone: '+905321234567', cityCode: '34' } }],
})

export const ShipmentList = listOf('ShipmentList', Shipment)
export const ShipmentsOfPayment = Type.Object({ items: Type.Array(ref(Shipment)) }, { $id: 'ShipmentsOfPayment', examples: [{ items: [exampleShipment] }] })
export const ShipmentParams = Type.Object({ shipmentId: EntityId })

export const ListShipmentsQuery = pageQuery({ as: oneOf(['seller', 'buyer']), open: Type.Optional(shownAs(oneOf(['true', 'false']), Type.Boolean({ description: 'Whether to leave out what has ended. Default: false' }))) })
export const ListAllShipmentsQuery = pageQuery({
  status: Type.Optional(oneOf(SHIPMENT_STATUSES)),
  carrier: Type.Optional(CarrierName),
  sellerId: Type.Optional(UserId),
  flag: Type.Optional(oneOf(SHIPMENT_FLAGS)),
  flagged: Type.Optional(shownAs(oneOf(['true', 'false']), Type.Boolean({ description: 'Whether to leave out those without a flag. Default: false' }))),
  ...RANGE,
})
export const LabelQuery = Type.Object({ format: Type.Optional(oneOf(LABEL_FORMATS)) }, strict)

export const ReportEventBody = Type.Object({
  kind: oneOf(REPORTED_KINDS),
  occurredAt: Type.Optional(Type.String({ format: 'date-time', description: 'A moment of ISO 8601 that is not to come. Default: now' })),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Shown beside the event' })),
}, { $id: 'ReportEventBody', ...strict, examples: [{ kind: 'handed_over', occurredAt: '2026-11-24T09:12:00.000Z', note: 'At the counter' }] })

export const ResolveShipmentBody = Type.Object({
  as: oneOf(RESOLUTIONS),
  note: Type.String({ minLength: 1, maxLength: 500, description: 'Why. It is in the audit log alone' }),
}, { $id: 'ResolveShipmentBody', ...strict, examples: [{ as: 'lost', note: 'the carrier has paid for it' }] })
