import type { FunctionComponent } from 'preact'
import { lazy } from 'preact-iso'
import type { Key } from './i18n.js'

/** A screen of the console. Each is loaded when it is opened. */
export interface ScreenEntry {
  readonly path: string
  readonly component: FunctionComponent
  /** Whose place in the navigation it has; without one it has none. */
  readonly name?: Key
  readonly group: 'money' | 'people' | 'work' | 'service'
  /** Who lacks this scope does not see it. */
  readonly scope: string
}

/** Every screen, in the order of the navigation. */
export const SCREENS: readonly ScreenEntry[] = [
  { path: '/console', component: lazy(async () => (await import('./screens/overview/index.js')).Overview), name: 'overview.title', group: 'money', scope: 'read' },
  { path: '/console/payments', component: lazy(async () => (await import('./screens/payments/index.js')).Payments), name: 'payments.title', group: 'money', scope: 'read' },
  { path: '/console/payments/:paymentId', component: lazy(async () => (await import('./screens/payment/index.js')).PaymentScreen), group: 'money', scope: 'read' },
  { path: '/console/refunds', component: lazy(async () => (await import('./screens/reversals/index.js')).Refunds), name: 'reversals.refunds', group: 'money', scope: 'read' },
  { path: '/console/disputes', component: lazy(async () => (await import('./screens/reversals/index.js')).Disputes), name: 'reversals.disputes', group: 'money', scope: 'read' },
  { path: '/console/shipments', component: lazy(async () => (await import('./screens/shipments/index.js')).Shipments), name: 'shipments.title', group: 'work', scope: 'read' },
  { path: '/console/shipments/:shipmentId', component: lazy(async () => (await import('./screens/shipment/index.js')).ShipmentScreen), group: 'work', scope: 'read' },
  { path: '/console/webhooks', component: lazy(async () => (await import('./screens/webhooks/index.js')).Webhooks), name: 'webhooks.title', group: 'work', scope: 'read' },
  { path: '/console/events/parked', component: lazy(async () => (await import('./screens/parked/index.js')).Parked), name: 'parked.title', group: 'work', scope: 'read' },
  { path: '/console/quarantine', component: lazy(async () => (await import('./screens/quarantine/index.js')).Quarantine), name: 'quarantine.title', group: 'work', scope: 'read' },
  { path: '/console/notifications', component: lazy(async () => (await import('./screens/notifications/index.js')).Notifications), name: 'notifications.title', group: 'work', scope: 'read' },
  { path: '/console/errors', component: lazy(async () => (await import('./screens/errors/index.js')).Errors), name: 'errors.title', group: 'service', scope: 'read' },
  { path: '/console/errors/:errorId', component: lazy(async () => (await import('./screens/error/index.js')).ErrorScreen), group: 'service', scope: 'read' },
  { path: '/console/performance', component: lazy(async () => (await import('./screens/performance/index.js')).Performance), name: 'performance.title', group: 'service', scope: 'read' },
  { path: '/console/audit', component: lazy(async () => (await import('./screens/audit/index.js')).Audit), name: 'audit.title', group: 'service', scope: 'read' },
]

export const GROUPS = ['money', 'people', 'work', 'service'] as const
