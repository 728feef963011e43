/**
 * Runs a task after the answer to the current request, so that the time of the answer reveals nothing about the task. A failure is
 * logged. A process that is killed loses its tasks.
 *
 * @throws busy when too many tasks wait
 */
export type Background = (task: () => Promise<void>) => void
