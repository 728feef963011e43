import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface Props {
  readonly title: string
  readonly about?: ComponentChildren
  /** Buttons beside the title. */
  readonly acts?: ComponentChildren
  readonly children: ComponentChildren
}

let hasShownOne = false

/** A screen with its title. Who comes to it by a link is led to the title, so that a reader begins there. */
export function Screen ({ title, about, acts, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => { document.title = `${title} · BasVideo` }, [title])
  useEffect(() => {
    if (hasShownOne) heading.current?.focus({ preventScroll: true })
    hasShownOne = true
  }, [])
  return (
    <main id='main' class='screen' tabIndex={-1}>
      <header class='screen-head'>
        <div>
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {about !== undefined && <p>{about}</p>}
        </div>
        {acts !== undefined && <div class='row'>{acts}</div>}
      </header>
      {children}
    </main>
  )
}
