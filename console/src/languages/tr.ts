import { tr as exports } from '../screens/exports/texts-tr.js'
import { tr as keys } from '../screens/keys/texts-tr.js'
import { tr as audit } from '../screens/audit/texts-tr.js'
import { tr as errors } from '../screens/errors/texts-tr.js'
import { tr as messageReports } from '../screens/message-reports/texts-tr.js'
import { tr as notifications } from '../screens/notifications/texts-tr.js'
import { tr as overview } from '../screens/overview/texts-tr.js'
import { tr as parked } from '../screens/parked/texts-tr.js'
import { tr as payment } from '../screens/payment/texts-tr.js'
import { tr as payments } from '../screens/payments/texts-tr.js'
import { tr as performance } from '../screens/performance/texts-tr.js'
import { tr as quarantine } from '../screens/quarantine/texts-tr.js'
import { tr as reversals } from '../screens/reversals/texts-tr.js'
import { tr as rooms } from '../screens/rooms/texts-tr.js'
import { tr as factor } from '../screens/second-factor/texts-tr.js'
import { tr as streamers } from '../screens/streamers/texts-tr.js'
import { tr as users } from '../screens/users/texts-tr.js'
import { tr as shipment } from '../screens/shipment/texts-tr.js'
import { tr as shipments } from '../screens/shipments/texts-tr.js'
import { tr as webhooks } from '../screens/webhooks/texts-tr.js'
import { tr as common } from '../texts/common-tr.js'
import { tr as words } from '../texts/words-tr.js'
import type { Texts } from './en.js'

/** Every text in Turkish. One that is missing does not compile. */
export const texts: Texts = {
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
