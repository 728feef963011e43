/** Who asks. An administrator who came with the shared token has no user id. */
export interface Caller {
  readonly userId: string | null
  readonly admin: boolean
  /** The e-mail address of his token, where the issuer says that it is his; absent otherwise. */
  readonly verifiedEmail?: string
}
