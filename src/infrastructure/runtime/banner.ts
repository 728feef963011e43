import { makeConsoleLinks } from '#adapters/tokens/console-links.js'
import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'
import type { Config } from '../config/config.js'

/** Long enough to look around, short enough to be worthless when one turns up in a shell's history. */
const TOKEN_LIFETIME_MS = 2 * 60 * 60 * 1000

/**
 * What the first start prints for a developer: where the service listens, and shell lines that work when pasted. Empty
 * in production, and where others sign the tokens. Without a terminal the lines call `basvideo token` for the tokens,
 * because the output may be a log file.
 */
export function banner ({ production, mode, dataDir, auth, apiDocs, console: hasConsole, providers }: Config, url: string, isTerminal: boolean): string {
  if (production || auth.mode !== 'secret') return ''
  const sign = makeSecretTokenSigner(auth, TOKEN_LIFETIME_MS)
  const tokenOf = (sub: string, role?: 'admin'): string => isTerminal ? sign({ sub, role }) : `$(npx --no basvideo token ${sub}${role === undefined ? '' : ` --role ${role}`})`
  const link = hasConsole ? `The operators' console, once and within five minutes: ${url}/console/#link=${makeConsoleLinks(auth.secret).make(Date.now())}\n` : ''
  return `
BasVideo listens on ${url} · ${MODES[mode](dataDir)} · payments by ${providers.map(({ name }) => name).join(', ')}
${apiDocs ? `API reference: ${url}/docs\n` : ''}A live room to look at: ${url}/demo/
${link}
# the address, and tokens for two hours: a buyer, a seller, an administrator
URL=${url}
AYSE=${tokenOf('ayse')}
MEHMET=${tokenOf('mehmet')}
ADMIN=${tokenOf('admin', 'admin')}

${CURL_LINES}
`
}

const MODES: Readonly<Record<Config['mode'], (dataDir: string | null) => string>> = {
  memory: (dataDir) => dataDir === null ? 'memory mode: a restart forgets everything' : `memory mode, kept in ${dataDir}`,
  dynamodb: (dataDir) => dataDir === null ? 'DynamoDB mode, without a journal' : `DynamoDB mode, with a journal in ${dataDir}`,
}

/** Commands to paste after the assignments. The README shows them with their answers. */
export const CURL_LINES = `# send a message
curl -sw '\\n' $URL/api/messages -H "authorization: Bearer $AYSE" -H 'content-type: application/json' \\
  -d '{"receiverId":"mehmet","message":"Is the blue one still there?","clientMessageId":"m-1"}'

# pay; a second run answers the same payment and charges nothing
curl -sw '\\n' $URL/api/payments/process -H "authorization: Bearer $AYSE" -H 'content-type: application/json' -H 'idempotency-key: order-1001' \\
  -d '{"amount":12500,"currency":"TRY","orderId":"order-1001","sellerId":"mehmet","paymentMethod":{"token":"tok_ok"}}'

# the same key with another amount is refused
curl -sw '\\n' $URL/api/payments/process -H "authorization: Bearer $AYSE" -H 'content-type: application/json' -H 'idempotency-key: order-1001' \\
  -d '{"amount":99900,"currency":"TRY","orderId":"order-1001","sellerId":"mehmet","paymentMethod":{"token":"tok_ok"}}'`
