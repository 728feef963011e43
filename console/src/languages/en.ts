import { en as exports } from '../screens/exports/texts.js'
import { en as keys } from '../screens/keys/texts.js'
import { en as overview } from '../screens/overview/texts.js'
import { en as parked } from '../screens/parked/texts.js'
import { en as payment } from '../screens/payment/texts.js'
import { en as payments } from '../screens/payments/texts.js'
import { en as reversals } from '../screens/reversals/texts.js'
import { en as rooms } from '../screens/rooms/texts.js'
import { en as factor } from '../screens/second-factor/texts.js'
import { en as streamers } from '../screens/streamers/texts.js'
import { en as users } from '../screens/users/texts.js'
import { en as webhooks } from '../screens/webhooks/texts.js'
import { en as common } from '../texts/common.js'
import { en as words } from '../texts/words.js'

/** Every text in English. It also says which texts there are. */
export const texts = { ...common, ...words, ...exports, ...factor, ...keys, ...overview, ...parked, ...payment, ...payments, ...reversals, ...rooms, ...streamers, ...users, ...webhooks }

export type Key = keyof typeof texts
export type Texts = Readonly<Record<Key, string>>
