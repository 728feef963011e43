import { defineProvider } from '#adapters/exchange/provider.js'

const LIVE_URL = 'https://api.iyzipay.com'
const SANDBOX_URL = 'https://sandbox-api.iyzipay.com'

export const iyzico = defineProvider({
  name: 'iyzico',
  variables: {
    IYZICO_API_KEY: { kind: 'secret', description: 'API key of iyzico', pattern: /./, test: /^sandbox-/, reason: 'must be set to take payments by iyzico' },
    /** Older keys follow the present one: they sign webhooks until iyzico uses the present one for these too. */
    IYZICO_SECRET_KEY: {
      kind: 'secrets',
      description: 'Secret key of iyzico, which also signs its webhooks',
      pattern: /./,
      test: /^sandbox-/,
      reason: 'must be set to take payments by iyzico',
    },
    IYZICO_BASE_URL: { kind: 'origin', test: /\/\/sandbox-/, description: 'Address of iyzico; in production that of its API without it, else that of its sandbox' },
    INSTALLMENT_FEE: {
      kind: 'choice',
      values: ['payer', 'shop'],
      description: 'Who bears what iyzico asks for installments: `payer` is charged more than the amount; with `shop`, more than the amount is another amount than ours',
    },
  },
  settings: ({ IYZICO_API_KEY: apiKey, IYZICO_SECRET_KEY: [secretKey, ...previousSecretKeys], IYZICO_BASE_URL: baseUrl, INSTALLMENT_FEE: installmentFee }, production) =>
    ({ apiKey, secretKey, previousSecretKeys, installmentFee, baseUrl: baseUrl ?? (production ? LIVE_URL : SANDBOX_URL) }),
  load: async (settings) => {
    const { makeIyzicoGateway } = await import('./gateway.js')
    return () => ({ gateway: makeIyzicoGateway(settings) })
  },
})
