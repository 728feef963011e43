import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import { PAYMENT_FLAGS } from '#domain/payments/payment.js'
import { ATTENTION_COUNT_MAX, ATTENTION_COUNTS, type AttentionCount, type AttentionUseCases } from '#application/attention/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { known, ref } from '../shared/schemas.js'

export const AttentionItem = Type.Object({
  kind: known(ATTENTION_COUNTS, 'show one you do not know as it is'),
  flag: Type.Optional(known(PAYMENT_FLAGS, 'show one you do not know as it is', 'Present for `flagged_payments` alone, which are counted by flag')),
  count: Type.Integer({ minimum: 0, maximum: ATTENTION_COUNT_MAX }),
  isCapped: Type.Boolean({ description: 'True where `count` is the most that is counted: there may be more' }),
  path: Type.String({ description: 'The list of what is counted' }),
}, {
  $id: 'AttentionItem',
  examples: [{ kind: 'flagged_payments', flag: 'late_success', count: 2, isCapped: false, path: '/api/admin/payments?flag=late_success' }],
})

export const Attention = Type.Object({ items: Type.Array(ref(AttentionItem)) }, {
  $id: 'Attention',
  examples: [{ items: [...AttentionItem['examples'] as object[], { kind: 'open_disputes', count: 0, isCapped: false, path: '/api/admin/disputes?status=open' }] }],
})

/** The list of each kind. */
const LISTS: Readonly<Record<AttentionCount['kind'], string>> = {
  flagged_payments: '/api/admin/payments',
  parked_events: '/api/admin/outbox/parked',
  parked_webhook_events: '/api/admin/webhook-events?state=parked',
  quarantined_writes: '/api/admin/quarantine',
  dead_notifications: '/api/admin/notifications/dead',
  open_disputes: '/api/admin/disputes?status=open',
  shipments_attention: '/api/admin/shipments?flagged=true',
  reported_messages: '/api/admin/message-reports?state=open',
}

/** A count, with the link to its list. */
export function attentionView (item: AttentionCount): Static<typeof AttentionItem> {
  const list = LISTS[item.kind]
  return { ...item, path: item.flag === undefined ? list : `${list}?flag=${item.flag}` }
}

export const attentionRoutes: FastifyPluginAsyncTypebox<AttentionUseCases> = async (app, { countAttention }) => {
  app.get('/api/admin/attention', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('countAttention', 'Back office', 'Count what waits for a person, of each kind up to 1,000, with the path of its list. A count may be five seconds old'),
      response: { 200: ref(Attention) },
    },
  }, async () => ({ items: (await countAttention()).map(attentionView) }))
}
