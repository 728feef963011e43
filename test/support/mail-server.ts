import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'

export interface MailServer {
  readonly port: number
  /** Mails that it has taken, read by a parser that is not ours. */
  readonly mails: ReadonlyArray<{ readonly mail: ParsedMail, readonly raw: string, readonly recipients: readonly string[], readonly secure: boolean }>
}

/** A refusal as a mail server words it: with the address. */
export function refusal (responseCode: number): Error {
  return Object.assign(new Error(`<ada@example.com> is not wanted: ${responseCode}`), { responseCode })
}

/** A mail server on a real socket, closed when the test ends. */
export async function startMailServer (t: Test, options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: Array<MailServer['mails'][number]> = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => { chunks.push(chunk) })
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        simpleParser(raw).then((mail) => {
          mails.push({ mail, raw, recipients, secure: session.secure })
          done()
        }, done)
      })
    },
    ...options,
  })
  // A client that gives up is no fault of the server.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.teardown(() => { server.close(() => {}) })
  return { port: (server.server.address() as AddressInfo).port, mails }
}
