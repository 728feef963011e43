declare module 'jsonwebtoken' {
  interface VerifyOptions {
    algorithms: readonly string[]
    issuer: string
    audience: string
  }
  const jsonwebtoken: {
    /** @throws when the token is not valid */
    verify: (token: string, secret: string, options: VerifyOptions) => { sub?: string } | string
  }
  export default jsonwebtoken
}
