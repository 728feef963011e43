import { Type, type Static } from '@sinclair/typebox'
import { confirmedPhoneOf } from '#domain/accounts/phone-confirmation.js'
import { hasSecondFactor } from '#domain/accounts/second-factor-use.js'
import { LOCALES, ROLES, USER_STATUSES, type User as UserEntity } from '#domain/accounts/user.js'
import { SHOWN } from '#domain/text.js'
import { listOf, NextCursor } from '../shared/lists.js'
import { Phone } from '../shared/phone.js'
import { Email, EntityId, known, nullable, oneOf, ref, strict, Timestamp, UserId } from '../shared/schemas.js'

/** The domain decides whether a password is strong enough. This limit only keeps very long texts away from the hash. */
export const Password = Type.String({ minLength: 1, maxLength: 512, description: 'A new password has 10 to 128 characters' })
/** The joiners U+200C and U+200D are letters' forms in Persian, and hold families of emoji together. */
const Name = Type.String({ pattern: `^(?=.*${SHOWN})(?:[^\\p{C}]|[\\u200c\\u200d]){1,100}$`, description: 'A name of 1 to 100 characters, of which one can be seen' })
const Locale = oneOf(LOCALES)
const MailedToken = Type.String({ pattern: '^[\\w.-]{1,200}$', description: 'The `token` of the link in the e-mail, as it is there' })
const RefreshTokenText = Type.String({ pattern: '^[\\w.-]{1,200}$', description: 'The `refreshToken` of the sign-in or of the last refresh, as it was answered' })

const exampleToken = 'usr_0193a5c2-7d1e-7c3a-9f55-2b6f3c1a9e10.fJ3kq0l1Yw8vQ5mB7nXr2TzA9cDe6HgUoPiSaLkEjM4'
const exampleRefresh = 'ses_0193a5c2-8e2f-7b4b-8a66-3c7a4d2b0f21.Qw3kq0l1Yw8vQ5mB7nXr2TzA9cDe6HgUoPiSaLkEjM4.fJ3kq0l1Yw8vQ5mB7nXr2TzA9cDe6HgUoPiSaLkEjM4'
const exampleUser = {
  userId: 'usr_0193a5c2-7d1e-7c3a-9f55-2b6f3c1a9e10',
  email: 'ada@example.com',
  emailVerified: true,
  phone: '+905321234567',
  phoneConfirmed: true,
  name: 'Ada Yılmaz',
  locale: 'tr' as const,
  role: 'user' as const,
  status: 'active' as const,
  hasSecondFactor: true,
  createdAt: '2026-11-23T13:00:00.000Z',
}

export const User = Type.Object({
  userId: UserId,
  email: Type.String(),
  emailVerified: Type.Boolean(),
  phone: nullable(Type.String()),
  phoneConfirmed: Type.Boolean({ description: 'Whether a code has confirmed the number; no other number gets SMS' }),
  name: Type.String(),
  locale: known(LOCALES, 'treat one you do not know as `en`'),
  role: known(ROLES, 'treat one you do not know as `user`'),
  status: known(USER_STATUSES, 'treat one you do not know as `suspended`'),
  hasSecondFactor: Type.Boolean({ description: 'Whether signing in takes a code beside the password' }),
  createdAt: Timestamp,
}, { $id: 'User', examples: [exampleUser] })

/** A user as the user and administrators see them, without what lets them in. */
export function userView (user: UserEntity): Static<typeof User> {
  const { userId, email, emailVerified, phone, name, locale, role, status, createdAt } = user
  const phoneConfirmed = confirmedPhoneOf(user) !== null
  return { userId, email: status === 'deleted' ? '' : email, emailVerified, phone, phoneConfirmed, name, locale, role, status, hasSecondFactor: hasSecondFactor(user), createdAt }
}

export const UserList = listOf('UserList', User)

export const RegisterBody = Type.Object({
  email: Email,
  password: Password,
  name: Name,
  locale: Type.Optional(Locale),
}, { $id: 'RegisterBody', ...strict, examples: [{ email: 'ada@example.com', password: 'dört tane mavi atkı', name: 'Ada Yılmaz', locale: 'tr' }] })

/** What people type of a code: six digits of the app, or a recovery code. */
export const Code = Type.String({
  pattern: '^(?:[0-9]{3} ?[0-9]{3}|[A-Za-z2-7]{4}(?:[ -]?[A-Za-z2-7]{4}){3})$',
  description: 'The six digits that the app shows, or a recovery code such as ABCD-EFGH-2345-ABCD. Each counts once',
})

export const LoginBody = Type.Object({
  email: Email,
  password: Password,
  code: Type.Optional(Code),
}, { $id: 'LoginBody', ...strict, examples: [{ email: 'ada@example.com', password: 'dört tane mavi atkı', code: '042137' }] })

export const VerifyEmailBody = Type.Object({
  token: MailedToken,
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'The password of the registration. Needed where several wait for this address, and for links of version 0.1.0' })),
}, { $id: 'VerifyEmailBody', ...strict, examples: [{ token: exampleToken, password: 'dört tane mavi atkı' }] })

export const RefreshTokenBody = Type.Object({ refreshToken: RefreshTokenText }, { $id: 'RefreshTokenBody', ...strict, examples: [{ refreshToken: exampleRefresh }] })

export const ForgotPasswordBody = Type.Object({ email: Email }, { $id: 'ForgotPasswordBody', ...strict, examples: [{ email: 'ada@example.com' }] })

export const ResetPasswordBody = Type.Object({ token: MailedToken, password: Password }, { $id: 'ResetPasswordBody', ...strict, examples: [{ token: exampleToken, password: 'beş tane yeşil atkı' }] })

export const ResetTokenQuery = Type.Object({ token: MailedToken }, strict)

export const SignedIn = Type.Object({
  accessToken: Type.String({ description: 'Sent as `Authorization: Bearer`. Valid for 15 minutes' }),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'Seconds' }),
  refreshToken: Type.String({ description: 'For the next pair of tokens, the same again for 30 seconds if the answer was lost. Using it later, or after its successor, ends the session' }),
  refreshExpiresAt: Timestamp,
  user: ref(User),
}, {
  $id: 'SignedIn',
  examples: [{ accessToken: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.c2lnbmF0dXJl', tokenType: 'Bearer', expiresIn: 900, refreshToken: exampleRefresh, refreshExpiresAt: '2026-12-23T13:00:00.000Z', user: exampleUser }],
})

export const ChangeEmailBody = Type.Object({ email: Email, password: Password }, { $id: 'ChangeEmailBody', ...strict, examples: [{ email: 'ada@home.example', password: 'dört tane mavi atkı' }] })

export const ChangePasswordBody = Type.Object({
  password: Password,
  newPassword: Password,
}, { $id: 'ChangePasswordBody', ...strict, examples: [{ password: 'dört tane mavi atkı', newPassword: 'beş tane yeşil atkı' }] })

export const DeleteAccountBody = Type.Object({ password: Password }, { $id: 'DeleteAccountBody', ...strict, examples: [{ password: 'dört tane mavi atkı' }] })

export const UpdateProfileBody = Type.Object({
  name: Type.Optional(Name),
  locale: Type.Optional(Locale),
  phone: Type.Optional(nullable(Phone)),
}, { $id: 'UpdateProfileBody', ...strict, minProperties: 1, examples: [{ name: 'Ada Yılmaz', locale: 'tr', phone: '+905321234567' }] })

export const PhoneBody = Type.Object({ phone: Phone }, { $id: 'PhoneBody', ...strict, examples: [{ phone: '+905321234567' }] })

export const ConfirmPhoneBody = Type.Object({
  code: Type.String({ pattern: '^[0-9]{6}$', description: 'The six digits of the SMS' }),
}, { $id: 'ConfirmPhoneBody', ...strict, examples: [{ code: '042137' }] })

const exampleSession = {
  sessionId: 'ses_0193a5c2-8e2f-7b4b-8a66-3c7a4d2b0f21',
  device: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  current: true,
  createdAt: '2026-11-23T13:00:00.000Z',
  lastUsedAt: '2026-11-23T13:14:00.000Z',
  expiresAt: '2026-12-23T13:14:00.000Z',
}

export const SessionList = Type.Object({
  items: Type.Array(Type.Object({
    sessionId: Type.String(),
    device: nullable(Type.String({ description: 'The `User-Agent` of the sign-in' })),
    current: Type.Boolean({ description: 'Whether it is the session of this request' }),
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    expiresAt: Timestamp,
  }, { title: 'Session' })),
  nextCursor: NextCursor,
}, { $id: 'SessionList', examples: [{ items: [exampleSession], nextCursor: null }] })

export const SessionParams = Type.Object({ sessionId: EntityId })
export const UserParams = Type.Object({ userId: UserId })

export const AdministerUserBody = Type.Object({
  status: Type.Optional(oneOf(['active', 'suspended'])),
  role: Type.Optional(oneOf(ROLES)),
}, { $id: 'AdministerUserBody', ...strict, minProperties: 1, examples: [{ status: 'suspended', role: 'user' }] })

const exampleKey = { kid: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I', kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', alg: 'EdDSA', use: 'sig' as const }

export const KeySet = Type.Object({
  keys: Type.Array(Type.Object({
    kid: Type.String(), kty: Type.String(), crv: Type.String(), x: Type.String(), y: Type.Optional(Type.String()), alg: Type.String(), use: Type.Literal('sig'),
  }, { title: 'PublicKey' })),
}, { $id: 'KeySet', description: 'RFC 7517', examples: [{ keys: [exampleKey] }] })
