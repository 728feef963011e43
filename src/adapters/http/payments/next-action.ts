import { Type } from '@sinclair/typebox'
import { known, shownAs, Timestamp } from '../shared/schemas.js'

const ACTION = { url: Type.String(), expiresAt: Type.Optional(Timestamp) }
const actionOf = (title: string, type: string, description: string) => Type.Object({ type: Type.Literal(type), ...ACTION }, { title, description })

/** The document tells the actions apart by their type; the service passes on one that a newer version wrote. */
export const NextAction = shownAs(Type.Object({
  type: known(['redirect', 'voucher'], 'with one you do not know, the payer cannot continue in your application'),
  ...ACTION,
}, { description: 'What the payer has to do. Shown to the payer and to administrators. Types may be added: with one you do not know, the payer cannot continue in your application' }),
Type.Unsafe({
  title: 'NextAction',
  oneOf: [
    actionOf('RedirectAction', 'redirect', 'The payer continues on the page at `url`'),
    actionOf('VoucherAction', 'voucher', 'The page at `url` shows how to pay, and never charges'),
  ],
  discriminator: { propertyName: 'type', mapping: { redirect: '#/components/schemas/RedirectAction', voucher: '#/components/schemas/VoucherAction' } },
}))
