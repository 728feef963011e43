declare module 'jsonwebtoken' {
  interface VerifyOptions {
    algorithms: readonly string[]
    issuer: string
    audience: string
  }
  const jsonwebtoken: {
    /** @throws JsonWebTokenError for an invalid token */
    verify: (token: string, secret: string, options: VerifyOptions) => { sub?: string } | string
  }
  export default jsonwebtoken
}
