import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Signal } from '@preact/signals'

interface Common {
  readonly label: string
  readonly hint?: string | undefined
  readonly fault?: string | null | undefined
}

interface Props extends Common {
  readonly children: (own: { id: string, 'aria-describedby': string | undefined, 'aria-invalid': 'true' | undefined }) => ComponentChildren
}

/** A control with its name, a hint, and what is wrong with it. */
export function Field ({ label, hint, fault, children }: Props) {
  const id = useId()
  const about = hint === undefined && !fault ? undefined : `${id}-about`
  return (
    <div class='field'>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': fault ? 'true' : undefined })}
      {about !== undefined && <span id={about} class={fault ? 'fault' : 'hint small'}>{fault || hint}</span>}
    </div>
  )
}

type InputType = 'text' | 'email' | 'password' | 'search' | 'date'

/** The types of Preact take each type of an input, and not a choice of them. */
export function oneType (type: InputType): 'text' {
  return type as 'text'
}

interface TextProps extends Common {
  readonly value: Signal<string>
  readonly type?: InputType
  readonly autocomplete?: string
  readonly inputMode?: 'decimal' | 'numeric' | 'text'
  readonly maxLength?: number
  readonly isRequired?: boolean
  readonly hasFocus?: boolean
  readonly isLong?: boolean
}

/** A text of a person, kept in a signal. */
export function TextField ({ value, type = 'text', autocomplete = 'off', inputMode = 'text', maxLength = 500, isRequired = false, hasFocus = false, isLong = false, ...field }: TextProps) {
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  // A dialog that opens gives the focus to what has `autofocus`; elsewhere nothing does. Either way it is there before a key can be pressed.
  useLayoutEffect(() => {
    if (hasFocus) input.current?.focus()
  }, [])
  const read = (event: { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }): void => { value.value = event.currentTarget.value }
  return (
    <Field {...field}>
      {(own) => isLong
        ? <textarea {...own} ref={input} autofocus={hasFocus} maxLength={maxLength} required={isRequired} value={value.value} onInput={read} />
        : <input {...own} ref={input} autofocus={hasFocus} type={oneType(type)} autoComplete={autocomplete} inputMode={inputMode} maxLength={maxLength} required={isRequired} value={value.value} onInput={read} />}
    </Field>
  )
}

interface SelectProps extends Common {
  readonly value: string
  readonly options: ReadonlyArray<readonly [value: string, text: string]>
  readonly onChange: (value: string) => void
}

export function SelectField ({ value, options, onChange, ...field }: SelectProps) {
  return (
    <Field {...field}>
      {(own) => (
        <select {...own} value={value} onChange={(event) => { onChange(event.currentTarget.value) }}>
          {options.map(([option, text]) => <option key={option} value={option} selected={option === value}>{text}</option>)}
        </select>
      )}
    </Field>
  )
}
