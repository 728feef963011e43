import type { ComponentChildren } from 'preact'
import { t } from '../i18n.js'
import { Copy } from './values.js'

interface Props {
  readonly label: string
  readonly text: string
}

/** A secret to be read or copied as a whole. */
export function Secret ({ label, text }: Props) {
  return (
    <div class='field'>
      <span>{label}</span>
      <div class='secret'><pre tabIndex={0} aria-label={label}>{text}</pre><Copy text={text} /></div>
    </div>
  )
}

/** A secret that the service shows once. */
export function Once ({ children, ...secret }: Props & { readonly children?: ComponentChildren }) {
  return (
    <div class='stack'>
      <p class='note' data-tone='warn' role='status'>{t('common.once')}</p>
      <Secret {...secret} />
      {children}
    </div>
  )
}
