import type { VerifiedWebhook } from '#application/ports/payment-gateway.js'
import { unchanged, type PaymentChange } from '#domain/payments/decision.js'
import { isWaiting } from '#domain/payments/webhook-event.js'
import type { Update, UpdateOptions } from '#application/ports/payment-store.js'
import { isOutage } from '../courier.js'
import { eachGateway, instead, type PlantedBug } from './planted-bug.js'

/** Bugs in how the news of providers is taken in. */
export const WEBHOOK_BUGS: readonly PlantedBug[] = [
  {
    name: 'a webhook whose signature is not checked',
    ports: (ports) => ({
      gateways: eachGateway(ports, () => ({ verifyWebhook: ({ body }) => JSON.parse(new TextDecoder().decode(body)) as VerifiedWebhook })),
    }),
  },
  {
    name: 'a webhook that is marked as applied before it is',
    ports: ({ payments, webhookEvents }) => ({
      payments: instead(payments, {
        update: async (paymentId: string, change: PaymentChange, { webhookEvent, ...options }: UpdateOptions = {}): Promise<Update> => {
          if (webhookEvent === undefined) return await payments.update(paymentId, change, options)
          const { inserted, stored } = await webhookEvents.insert(webhookEvent)
          const isMarked = inserted || (isWaiting(stored) && await webhookEvents.replace(stored, webhookEvent))
          return await payments.update(paymentId, isMarked ? change : unchanged, options)
        },
      }),
    }),
  },
  {
    name: 'a webhook that is acknowledged before it is stored',
    useCases: ({ handleWebhook }, { gateways, clock }) => ({
      handleWebhook: async (command) => {
        gateways.find(({ signatureHeader }) => signatureHeader in command.headers)?.verifyWebhook({ ...command, now: clock() })
        handleWebhook(command).catch((error: unknown) => { if (!isOutage(error)) throw error })
        return 'applied'
      },
    }),
  },
  {
    name: 'a webhook that comes too early and is thrown away',
    ports: ({ webhookEvents }) => ({
      webhookEvents: instead(webhookEvents, { insert: async (event) => ({ inserted: true, stored: event }) }),
    }),
  },
  {
    name: 'webhooks of one kind and payment are taken for the same',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        verifyWebhook: (delivery) => {
          const webhook = gateway.verifyWebhook(delivery)
          return { ...webhook, eventId: `${webhook.type}-${webhook.providerReference ?? ''}` }
        },
      })),
    }),
  },
  {
    name: 'a dispute that is ignored',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        verifyWebhook: (delivery) => {
          const webhook = gateway.verifyWebhook(delivery)
          return webhook.type === 'dispute' ? { ...webhook, fact: null } : webhook
        },
      })),
    }),
  },
  { name: 'webhooks that waited are never tried again', useCases: () => ({ completeWebhookEvents: async () => false }) },
  {
    name: 'a webhook whose amount is believed',
    ports: (ports, { banks }) => ({
      gateways: eachGateway(ports, (gateway) => ({
        verifyWebhook: (delivery) => {
          const webhook = gateway.verifyWebhook(delivery)
          const { fact, providerReference } = webhook
          if (fact === null || fact === 'ask' || fact.kind !== 'succeeded') return webhook
          const charge = banks.flatMap(({ charges }) => charges).find(({ reference }) => reference === providerReference)
          return { ...webhook, fact: { ...fact, amount: charge?.asked ?? fact.amount } }
        },
      })),
    }),
  },
]
