import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../i18n.js'
import { Icon } from './icons.js'

interface Props {
  readonly title: string
  readonly isWide?: boolean
  /** Called when the person closes it, also by Escape. */
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A modal dialog for as long as it is rendered. The browser keeps the focus in it, and gives it back afterwards. */
export function Dialog ({ title, isWide = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()

  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => { element?.close() }
  }, [])

  return (
    <dialog ref={dialog} class={isWide ? 'wide' : ''} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onClose() }}>
      <div class='dialog'>
        <header>
          <h2 id={id}>{title}</h2>
          <button type='button' class='quiet icon' aria-label={t('common.close')} onClick={onClose}><Icon name='close' /></button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
