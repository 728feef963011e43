/**
 * Does something once the present request is answered, so that nobody can tell by the time of the answer what there was to do.
 * What fails is logged; a process that is killed forgets it. @throws busy when too much waits already
 */
export type Background = (task: () => Promise<void>) => void
