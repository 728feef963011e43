import { useSignal, type Signal } from '@preact/signals'
import { oneByOne, type Progress } from '../bulk.js'
import { run } from '../data.js'
import { t } from '../i18n.js'
import { sayProblem } from '../say.js'
import { toast } from '../toasts.js'

interface Props {
  readonly chosen: Signal<ReadonlySet<string>>
  /** The words of the button, with `{count}`. */
  readonly label: (count: number) => string
  readonly act: (key: string) => Promise<unknown>
  /** Called at the end, whatever was refused. */
  readonly onEnd: () => void
}

/** The act on the chosen rows, with how far it has come. What was refused stays chosen. */
export function Bulk ({ chosen, label, act, onEnd }: Props) {
  const progress = useSignal<Progress | null>(null)
  const count = chosen.value.size
  const isRunning = progress.value !== null && progress.value.done < progress.value.of

  const start = (): void => {
    run(async () => {
      const { failed, of } = await oneByOne([...chosen.peek()], act, (now) => { progress.value = now })
      chosen.value = new Set(failed.map(({ key }) => key))
      if (failed.length === 0) toast('good', t('bulk.done', { count: of }))
      onEnd()
    })
  }

  const now = progress.value
  if (count === 0 && now === null) return null
  return (
    <div class='note'>
      <div>
        {now === null ? t('bulk.chosen', { count }) : <><progress value={now.done} max={now.of} aria-label={t('bulk.progress')} /> <span role='status'>{t('bulk.of', { done: now.done, of: now.of })}</span></>}
        {now?.failed.map(({ key, problem }) => <p key={key} class='fault'><code>{key}</code>: {sayProblem(problem)}</p>)}
      </div>
      {count > 0 && <button type='button' class='primary' disabled={isRunning} onClick={start}>{label(count)}</button>}
    </div>
  )
}
