import t from 'tap'
import { laterBy } from '#domain/time.js'
import { START } from '../../../support/builders.js'
import { aRequest, aStripePayment, factsOf, openShop } from './support.js'

const VOUCHER = { type: 'voucher', url: 'https://payments.stripe.com/boleto/voucher/1', expiresAt: '2026-03-04T12:00:01.000Z' }
const waiting = aStripePayment({ providerReference: 'pi_1' })

t.test('a payer who has printed a voucher has done their part, and sees the voucher alone', async (t) => {
  const { gateway, server } = await openShop(t)
  const printed = { kind: 'processing', reference: 'pi_1', nextAction: VOUCHER }
  t.same(await gateway.charge(aRequest('pm_boleto')), printed)
  t.same(factsOf(await gateway.lookup(waiting)), [printed])
  const steps: ReadonlyArray<readonly [next: Record<string, unknown>, fact: object]> = [
    [{ type: 'oxxo_display_details', oxxo_display_details: { hosted_voucher_url: VOUCHER.url, expires_after: 1_772_625_601 } }, printed],
    [{ type: 'konbini_display_details', konbini_display_details: { hosted_voucher_url: VOUCHER.url, expires_at: 1_772_625_601 } }, printed],
    [{ type: 'multibanco_display_details', multibanco_display_details: { hosted_voucher_url: VOUCHER.url, expires_at: 1_772_625_601 } }, printed],
    [{ type: 'multibanco_display_details', multibanco_display_details: { hosted_voucher_url: null } }, { kind: 'processing', reference: 'pi_1' }],
    [
      { type: 'display_bank_transfer_instructions', display_bank_transfer_instructions: { hosted_instructions_url: 'https://payments.stripe.com/bank/1' } },
      { kind: 'processing', reference: 'pi_1', nextAction: { type: 'voucher', url: 'https://payments.stripe.com/bank/1' } },
    ],
  ]
  for (const [next, fact] of steps) {
    server.alter = (answer) => ({ ...answer, next_action: next })
    t.same(factsOf(await gateway.lookup(waiting)), [fact], JSON.stringify(next))
  }
})

t.test('a payer who has to act is sent to the address of Stripe, where it has one', async (t) => {
  const { gateway, server } = await openShop(t)
  await gateway.charge(aRequest('pm_3ds'))
  const url = 'https://pay.stripe.com/next/1'
  const steps: ReadonlyArray<readonly [next: Record<string, unknown> | null, fact: object]> = [
    [{ type: 'pix_display_qr_code', pix_display_qr_code: { hosted_instructions_url: url, expires_at: 1_772_625_601 } }, { kind: 'requires_action', nextAction: { type: 'redirect', url, expiresAt: VOUCHER.expiresAt } }],
    [{ type: 'verify_with_microdeposits', verify_with_microdeposits: { hosted_verification_url: url } }, { kind: 'requires_action', nextAction: { type: 'redirect', url } }],
    [{ type: 'alipay_handle_redirect', alipay_handle_redirect: { url } }, { kind: 'requires_action', nextAction: { type: 'redirect', url } }],
    [{ type: 'blik_authorize', blik_authorize: {} }, { kind: 'open' }],
    [{ type: 'use_stripe_sdk' }, { kind: 'open' }],
    [null, { kind: 'open' }],
  ]
  for (const [next, fact] of steps) {
    server.alter = (answer) => ({ ...answer, next_action: next })
    t.same(factsOf(await gateway.lookup(waiting)), [{ reference: 'pi_1', ...fact }], JSON.stringify(next))
  }
  server.alter = (answer) => ({ ...answer, next_action: { type: 'alipay_handle_redirect', alipay_handle_redirect: { url, expires_at: 9e15 } } })
  t.same(factsOf(await gateway.lookup(waiting)), [{ kind: 'requires_action', reference: 'pi_1', nextAction: { type: 'redirect', url } }], 'a time that is none is left out')
})

t.test('money that a bank holds or debits is on its way', async (t) => {
  const { gateway, server } = await openShop(t)
  await gateway.charge(aRequest('pm_processing'))
  for (const status of ['processing', 'requires_capture']) {
    Object.assign(server.intents.get('pi_1') ?? {}, { status })
    t.same(factsOf(await gateway.lookup(waiting)), [{ kind: 'processing', reference: 'pi_1' }], status)
  }
})

t.test('a page that is complete and not paid asks its payer for nothing more', async (t) => {
  const next = { type: 'boleto_display_details', boleto_display_details: { hosted_voucher_url: VOUCHER.url, expires_at: 1_772_625_601 } }
  const states: ReadonlyArray<readonly [intent: Record<string, unknown>, fact: object]> = [
    [{ status: 'processing', amount_received: 0 }, { kind: 'processing' }],
    [{ status: 'requires_action', amount_received: 0, next_action: next }, { kind: 'processing', nextAction: VOUCHER }],
    [{ status: 'requires_action', amount_received: 0, next_action: { type: 'verify_with_microdeposits', verify_with_microdeposits: { hosted_verification_url: 'https://payments.stripe.com/m/1' } } }, { kind: 'processing' }],
    [{ status: 'requires_action', amount_received: 0, next_action: null }, { kind: 'processing' }],
  ]
  for (const [intent, fact] of states) {
    const { gateway, server } = await openShop(t)
    await gateway.charge(aRequest(null))
    server.pay('cs_test_1', intent)
    t.same(factsOf(await gateway.lookup(aStripePayment({ providerReference: 'cs_test_1' }))), [{ reference: 'pi_1', ...fact }], JSON.stringify(intent))
    Object.assign(server.intents.get('pi_1') ?? {}, { status: 'requires_payment_method', last_payment_error: { code: 'payment_intent_payment_attempt_expired', message: 'too late' } })
    t.same(factsOf(await gateway.lookup(waiting)), [{ kind: 'failed', reference: 'pi_1', failure: { code: 'payment_intent_payment_attempt_expired', message: 'too late' } }])
  }
})

t.test('a page closes when the offer ends, as near to it as Stripe allows, and a repeat is the same request', async (t) => {
  const minutes: ReadonlyArray<readonly [offered: number, open: number]> = [[30, 32], [33, 33], [120, 120], [1_440, 1_438]]
  for (const [offered, open] of minutes) {
    const { gateway, server } = await openShop(t)
    const payment = aStripePayment({ expiresAt: laterBy(START, offered * 60_000) })
    t.match(await gateway.charge(aRequest(null, payment)), { kind: 'requires_action', nextAction: { expiresAt: laterBy(START, open * 60_000) } }, String(offered))
    t.match(await gateway.charge(aRequest(null, payment)), { kind: 'requires_action', reference: 'cs_test_1' })
    t.same(server.requests[1]?.body, server.requests[0]?.body)
  }
  const { gateway, server } = await openShop(t)
  await gateway.charge(aRequest(null))
  t.notOk(server.requests[0]?.body.includes('expires_at'), 'without an end the request is that of earlier versions')
})

t.test('a payment is canceled on the word of Stripe alone, in whatever state it is', async (t) => {
  const canceled = { kind: 'canceled', reference: 'pi_1' }
  const paid = { kind: 'succeeded', reference: 'pi_1', amount: 10_000, currency: 'TRY' }
  for (const [status, fact] of [['requires_action', canceled], ['requires_capture', canceled], ['processing', { kind: 'processing', reference: 'pi_1' }], ['succeeded', paid]] as const) {
    const { gateway, server } = await openShop(t)
    await gateway.charge(aRequest('pm_3ds'))
    Object.assign(server.intents.get('pi_1') ?? {}, { status, amount_received: 10_000 })
    for (const time of ['first', 'second']) t.same(factsOf(await gateway.cancel(waiting)), [fact], `${status}, the ${time} time`)
  }
  const { gateway, server } = await openShop(t)
  await gateway.charge(aRequest(null))
  server.pay('cs_test_1', { status: 'processing', amount_received: 0 })
  t.same(factsOf(await gateway.cancel(aStripePayment({ providerReference: 'cs_test_1' }))), [{ kind: 'processing', reference: 'pi_1' }], 'a page that is complete stays so')
})
