/** Who asks. An administrator who came with the shared token has no user id. */
export interface Caller {
  readonly userId: string | null
  readonly admin: boolean
}
