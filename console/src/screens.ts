import type { FunctionComponent } from 'preact'
import { lazy } from 'preact-iso'
import type { Key } from './i18n.js'
import { may, session, settings } from './session.js'

/** A screen of the console. Each is loaded when it is opened. */
export interface ScreenEntry {
  readonly path: string
  readonly component: FunctionComponent
  /** Whose place in the navigation it has; without one it has none. */
  readonly name?: Key
  readonly group: 'money' | 'people' | 'work' | 'service'
  /** Who lacks this scope does not see it. */
  readonly scope: string
  /** `accounts`: only where the service has accounts of its own. `own-account`: only for a person who has signed in by one. */
  readonly needs?: 'accounts' | 'own-account'
}

/** Every screen, in the order of the navigation. */
export const SCREENS: readonly ScreenEntry[] = [
  { path: '/console', component: lazy(async () => (await import('./screens/overview/index.js')).Overview), name: 'overview.title', group: 'money', scope: 'read' },
  { path: '/console/payments', component: lazy(async () => (await import('./screens/payments/index.js')).Payments), name: 'payments.title', group: 'money', scope: 'read' },
  { path: '/console/payments/:paymentId', component: lazy(async () => (await import('./screens/payment/index.js')).PaymentScreen), group: 'money', scope: 'read' },
  { path: '/console/refunds', component: lazy(async () => (await import('./screens/reversals/index.js')).Refunds), name: 'reversals.refunds', group: 'money', scope: 'read' },
  { path: '/console/disputes', component: lazy(async () => (await import('./screens/reversals/index.js')).Disputes), name: 'reversals.disputes', group: 'money', scope: 'read' },
  { path: '/console/rooms', component: lazy(async () => (await import('./screens/rooms/index.js')).Rooms), name: 'rooms.title', group: 'people', scope: 'read' },
  { path: '/console/rooms/:roomId', component: lazy(async () => (await import('./screens/rooms/room.js')).RoomScreen), group: 'people', scope: 'read' },
  { path: '/console/message-reports', component: lazy(async () => (await import('./screens/message-reports/index.js')).MessageReports), name: 'message-reports.title', group: 'people', scope: 'moderate' },
  { path: '/console/message-reports/:messageId', component: lazy(async () => (await import('./screens/message-reports/report.js')).MessageReportScreen), group: 'people', scope: 'moderate' },
  { path: '/console/streamers', component: lazy(async () => (await import('./screens/streamers/index.js')).Streamers), name: 'streamers.title', group: 'people', scope: 'read' },
  { path: '/console/streamers/:streamerId', component: lazy(async () => (await import('./screens/streamers/ledger.js')).StreamerLedger), group: 'people', scope: 'read' },
  { path: '/console/users', component: lazy(async () => (await import('./screens/users/index.js')).Users), name: 'users.title', group: 'people', scope: 'read', needs: 'accounts' },
  { path: '/console/api-keys', component: lazy(async () => (await import('./screens/keys/index.js')).ApiKeys), name: 'keys.title', group: 'people', scope: 'keys' },
  { path: '/console/second-factor', component: lazy(async () => (await import('./screens/second-factor/index.js')).OwnSecondFactor), name: 'factor.title', group: 'people', scope: 'read', needs: 'own-account' },
  { path: '/console/shipments', component: lazy(async () => (await import('./screens/shipments/index.js')).Shipments), name: 'shipments.title', group: 'work', scope: 'read' },
  { path: '/console/shipments/:shipmentId', component: lazy(async () => (await import('./screens/shipment/index.js')).ShipmentScreen), group: 'work', scope: 'read' },
  { path: '/console/webhooks', component: lazy(async () => (await import('./screens/webhooks/index.js')).Webhooks), name: 'webhooks.title', group: 'work', scope: 'read' },
  { path: '/console/events/parked', component: lazy(async () => (await import('./screens/parked/index.js')).Parked), name: 'parked.title', group: 'work', scope: 'read' },
  { path: '/console/quarantine', component: lazy(async () => (await import('./screens/quarantine/index.js')).Quarantine), name: 'quarantine.title', group: 'work', scope: 'read' },
  { path: '/console/notifications', component: lazy(async () => (await import('./screens/notifications/index.js')).Notifications), name: 'notifications.title', group: 'work', scope: 'read' },
  { path: '/console/exports', component: lazy(async () => (await import('./screens/exports/index.js')).Exports), name: 'exports.title', group: 'work', scope: 'export' },
  { path: '/console/errors', component: lazy(async () => (await import('./screens/errors/index.js')).Errors), name: 'errors.title', group: 'service', scope: 'read' },
  { path: '/console/errors/:errorId', component: lazy(async () => (await import('./screens/error/index.js')).ErrorScreen), group: 'service', scope: 'read' },
  { path: '/console/performance', component: lazy(async () => (await import('./screens/performance/index.js')).Performance), name: 'performance.title', group: 'service', scope: 'read' },
  { path: '/console/audit', component: lazy(async () => (await import('./screens/audit/index.js')).Audit), name: 'audit.title', group: 'service', scope: 'read' },
]

/** Whether the person has the screen. */
export function isOpen ({ scope, needs }: ScreenEntry): boolean {
  if (!may(scope)) return false
  if (needs !== undefined && settings.value?.authMode !== 'local') return false
  return needs !== 'own-account' || session.value?.userId !== undefined
}

export const GROUPS = ['money', 'people', 'work', 'service'] as const
