import type { NotificationDefaults } from '#application/notifications/recipient.js'
import { isCountry } from '#adapters/sms/countries.js'
import type { Account } from '#adapters/sms/call.js'
import { NETGSM_URL, TWILIO_URL } from '#adapters/sms/sms.js'
import type { SmtpOptions } from '#adapters/smtp/mailer.js'
import { isTimeZone } from '#domain/notifications/notification-preferences.js'
import { Environment, type EnvironmentValues } from './environment.js'
import { SECRET_MIN_CHARACTERS } from './secrets.js'
import { address, ConfigError, linkBase, readAll, split, type SecretOf } from './variables.js'

export type SmsConfig = { readonly provider: 'netgsm', readonly header: string } & Account | { readonly provider: 'twilio', readonly from: string } & Account

export interface NotificationConfig {
  /** Null: no mail server. */
  readonly smtp: SmtpOptions | null
  /** Null: no provider of SMS. */
  readonly sms: SmsConfig | null
  /** Countries whose numbers get SMS; none where no SMS are sent. */
  readonly smsCountries: readonly string[]
  /** The base of the pages of the app; null: mails have no links to them. */
  readonly appUrl: string | null
  readonly defaults: NotificationDefaults
  /** Null in production without a mail server: no mail has a link then. */
  readonly unsubscribeSecret: string | null
  /** The values above that must never appear in a log. */
  readonly secrets: readonly string[]
}

const SMTP_PORT = 587
const SMTPS_PORT = 465
/** A mailbox, with or without a name before it. */
const MAILBOX = /^(?:[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/

/** The notification settings of an environment. @throws ConfigError */
export function notificationConfig (values: EnvironmentValues, production: boolean, secretOf: SecretOf): NotificationConfig {
  const { DEFAULT_LOCALE: locale, DEFAULT_TIME_ZONE: timeZone, OPERATIONS_EMAIL: operationsEmail = null } = values
  const { smtp, sms, smsCountries, appUrl, unsubscribeSecret } = readAll({
    smtp: () => smtpOf(values, production),
    smsUrl: () => values.SMS_URL === undefined ? null : address('SMS_URL', values.SMS_URL, production),
    sms: () => smsOf(values),
    smsCountries: () => smsCountriesOf(values),
    appUrl: () => appUrlOf(values, production),
    unsubscribeSecret: () => unsubscribeSecretOf(values, production, secretOf),
    timeZone: () => {
      // The default is known to be valid: the first look-up of a time zone takes a good part of the start.
      if (timeZone === Environment.properties.DEFAULT_TIME_ZONE.default || isTimeZone(timeZone)) return
      throw new ConfigError('DEFAULT_TIME_ZONE', 'must be a name of the IANA database, such as Europe/Istanbul')
    },
  })
  const secrets = [unsubscribeSecret, smtp?.credentials?.pass, sms?.password].filter((secret) => typeof secret === 'string')
  return { smtp, sms, smsCountries: production && sms === null ? [] : smsCountries, appUrl, defaults: { locale, timeZone, operationsEmail }, unsubscribeSecret, secrets }
}

function smsCountriesOf ({ SMS_COUNTRIES: countries }: EnvironmentValues): readonly string[] {
  const list = split(countries)
  if (list.length === 0 || !list.every(isCountry)) throw new ConfigError('SMS_COUNTRIES', 'must hold codes of countries such as TR')
  return list
}

function appUrlOf ({ APP_URL: base }: EnvironmentValues, production: boolean): string | null {
  if (base === undefined) return null
  const url = URL.canParse(base) ? new URL(base) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new ConfigError('APP_URL', 'must be an address such as https://shop.example')
  }
  return linkBase('APP_URL', url.href.replace(/\/+$/, ''), production)
}

function unsubscribeSecretOf (values: EnvironmentValues, production: boolean, secretOf: SecretOf): string | null {
  const secret = values.UNSUBSCRIBE_SECRET ?? (production ? null : secretOf('UNSUBSCRIBE_SECRET'))
  if ((secret ?? '').length < SECRET_MIN_CHARACTERS && (values.SMTP_URL !== undefined || secret !== null)) {
    throw new ConfigError('UNSUBSCRIBE_SECRET', `must have at least ${SECRET_MIN_CHARACTERS} characters where mails are sent: it signs their links`)
  }
  return secret
}

function smtpOf ({ SMTP_URL: address, ALLOW_PLAIN_SMTP: isPlainAllowed, MAIL_FROM: from }: EnvironmentValues, production: boolean): SmtpOptions | null {
  if (address === undefined) return null
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') throw new ConfigError('SMTP_URL', 'must be such as smtps://user:password@mail.example')
  if (from === undefined || !MAILBOX.test(from)) throw new ConfigError('MAIL_FROM', 'must be a mailbox such as BasVideo <no-reply@shop.example> where SMTP_URL is set')
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname,
    port: url.port === '' ? (secure ? SMTPS_PORT : SMTP_PORT) : Number(url.port),
    secure,
    requireTls: production && !secure && !isPlainAllowed,
    credentials: url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    from,
  }
}

function smsOf (values: EnvironmentValues): SmsConfig | null {
  const need = (variable: 'NETGSM_USERCODE' | 'NETGSM_PASSWORD' | 'NETGSM_HEADER' | 'TWILIO_ACCOUNT_SID' | 'TWILIO_AUTH_TOKEN' | 'TWILIO_FROM') => (): string => {
    const value = values[variable]
    if (value === undefined) throw new ConfigError(variable, `must be set where SMS_PROVIDER is ${values.SMS_PROVIDER}`)
    return value
  }
  switch (values.SMS_PROVIDER) {
    case 'netgsm':
      return { provider: 'netgsm', url: values.SMS_URL ?? NETGSM_URL, ...readAll({ user: need('NETGSM_USERCODE'), password: need('NETGSM_PASSWORD'), header: need('NETGSM_HEADER') }) }
    case 'twilio':
      return { provider: 'twilio', url: values.SMS_URL ?? TWILIO_URL, ...readAll({ user: need('TWILIO_ACCOUNT_SID'), password: need('TWILIO_AUTH_TOKEN'), from: need('TWILIO_FROM') }) }
    default:
      return null
  }
}
