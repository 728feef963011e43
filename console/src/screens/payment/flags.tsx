import type { Schema } from '../../api.js'
import { Money, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'
import { takenCurrency } from './left.js'

/** Who has decided, when and why, where the service says so. */
interface Decided {
  readonly by: string | null
  readonly at: string
  readonly note: string
}
type Cause = Schema<'Payment'>['causes'][number] & { readonly decided?: Decided }

interface Props {
  readonly payment: Schema<'Payment'>
  readonly onDecide: (flag: string, decision: 'accept' | 'dismiss') => void
}

/** Why a person should look, each with its causes and the two ways to decide it. */
export function Flags ({ payment, onDecide }: Props) {
  const { flags } = payment
  const causes: readonly Cause[] = payment.causes
  const old = causes.filter(({ flag, decision }) => decision !== null && !flags.includes(flag))
  if (flags.length === 0 && old.length === 0) return null
  return (
    <section class='card' aria-labelledby='flags'>
      <h2 id='flags'>{t('payment.flags')}</h2>
      {flags.map((flag) => (
        <div key={flag} class='note' data-tone='bad'>
          <div>
            <strong>{word('flag', flag)}</strong>
            {causes.filter((cause) => cause.flag === flag && cause.decision === null).map(({ at, amount, reference }) => (
              <p key={`${at}${reference}`} class='small'><Time at={at} isExact />{amount !== null && <> · <Money amount={amount} currency={takenCurrency(payment)} /></>}{reference !== null && <> · <code>{reference}</code></>}</p>
            ))}
          </div>
          {may('refund') && (
            <div class='row'>
              <button type='button' onClick={() => { onDecide(flag, 'accept') }}>{t('flag-act.accept')}</button>
              <button type='button' onClick={() => { onDecide(flag, 'dismiss') }}>{t('flag-act.dismiss')}</button>
            </div>
          )}
        </div>
      ))}
      {old.length > 0 && (
        <ul class='lines'>
          {old.map(({ flag, at, decision, reference, decided }) => (
            <li key={`${flag}${at}${reference}`}>
              <p>{word('flag', flag)}: {decision === 'accept' ? t('flag-act.accepted') : t('flag-act.dismissed')}</p>
              {decided?.note !== undefined && <p>{decided.note}</p>}
              <p class='muted small'>{decided?.by != null && <><code>{decided.by}</code> · </>}<Time at={decided?.at ?? at} /></p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
