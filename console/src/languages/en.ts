import { en as exports } from '../screens/exports/texts.js'
import { en as keys } from '../screens/keys/texts.js'
import { en as audit } from '../screens/audit/texts.js'
import { en as errors } from '../screens/errors/texts.js'
import { en as messageReports } from '../screens/message-reports/texts.js'
import { en as notifications } from '../screens/notifications/texts.js'
import { en as overview } from '../screens/overview/texts.js'
import { en as parked } from '../screens/parked/texts.js'
import { en as payment } from '../screens/payment/texts.js'
import { en as payments } from '../screens/payments/texts.js'
import { en as performance } from '../screens/performance/texts.js'
import { en as quarantine } from '../screens/quarantine/texts.js'
import { en as reversals } from '../screens/reversals/texts.js'
import { en as rooms } from '../screens/rooms/texts.js'
import { en as factor } from '../screens/second-factor/texts.js'
import { en as streamers } from '../screens/streamers/texts.js'
import { en as users } from '../screens/users/texts.js'
import { en as shipment } from '../screens/shipment/texts.js'
import { en as shipments } from '../screens/shipments/texts.js'
import { en as webhooks } from '../screens/webhooks/texts.js'
import { en as common } from '../texts/common.js'
import { en as words } from '../texts/words.js'

/** Every text in English. It also says which texts there are. */
export const texts = {
  ...common,
  ...words,
  ...audit,
  ...errors,
  ...exports,
  ...factor,
  ...keys,
  ...messageReports,
  ...notifications,
  ...overview,
  ...parked,
  ...payment,
  ...payments,
  ...performance,
  ...quarantine,
  ...reversals,
  ...rooms,
  ...shipment,
  ...shipments,
  ...streamers,
  ...users,
  ...webhooks,
}

export type Key = keyof typeof texts
export type Texts = Readonly<Record<Key, string>>
