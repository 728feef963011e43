import * as overview from './screens/overview/texts.js'
import { tr as overviewTr } from './screens/overview/texts-tr.js'
import * as payment from './screens/payment/texts.js'
import { tr as paymentTr } from './screens/payment/texts-tr.js'
import * as parked from './screens/parked/texts.js'
import * as payments from './screens/payments/texts.js'
import * as reversals from './screens/reversals/texts.js'
import * as webhooks from './screens/webhooks/texts.js'
import { en as common } from './texts/common.js'
import { tr as commonTr } from './texts/common-tr.js'
import { en as words } from './texts/words.js'
import { tr as wordsTr } from './texts/words-tr.js'
import type { Language } from './translate.js'

const en = { ...common, ...words, ...overview.en, ...payments.en, ...payment.en, ...webhooks.en, ...parked.en, ...reversals.en }
export type Key = keyof typeof en

/** Every text of the console. A key that one language lacks does not compile. */
export const TEXTS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = {
  en,
  tr: { ...commonTr, ...wordsTr, ...overviewTr, ...payments.tr, ...paymentTr, ...webhooks.tr, ...parked.tr, ...reversals.tr },
}
