/** Settles after so many milliseconds. */
export type Delay = (milliseconds: number) => Promise<void>

/** Waits without keeping the process alive for it. */
export const delay: Delay = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds).unref() })
