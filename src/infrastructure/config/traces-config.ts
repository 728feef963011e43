import type { SpanOptions } from '#adapters/otel/spans.js'
import { isLoopback } from '#domain/network.js'
import { ConfigError, readAll, split } from './variables.js'

/** In the words of OpenTelemetry. Its packages are not loaded for them. */
export const SAMPLERS: ReadonlyArray<SpanOptions['sampler']> = ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio']

export interface TracesValues {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string
  readonly OTEL_TRACES_SAMPLER: SpanOptions['sampler']
  readonly OTEL_TRACES_SAMPLER_ARG: number
}

/** Where traces go, and which; null for nowhere. Plain http is enough for them, because no span holds personal data, but not for the headers. @throws ConfigError */
export function tracesConfig ({ OTEL_EXPORTER_OTLP_ENDPOINT: given, OTEL_EXPORTER_OTLP_HEADERS: list, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio }: TracesValues, production: boolean): SpanOptions | null {
  const { headers, endpoint } = readAll({ headers: () => headersOf(list), endpoint: () => given === undefined ? null : endpointOf(given, list !== undefined && production) })
  return endpoint === null ? null : { endpoint, headers, sampler, ratio }
}

function endpointOf (given: string, needsTls: boolean): string {
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new ConfigError('OTEL_EXPORTER_OTLP_ENDPOINT', 'must be an address without a query, such as http://127.0.0.1:4318')
  }
  if (needsTls && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConfigError('OTEL_EXPORTER_OTLP_ENDPOINT', 'must begin with https:// in production where OTEL_EXPORTER_OTLP_HEADERS is set, unless it is of this machine alone')
  }
  return url.href.replace(/\/+$/, '')
}

function headersOf (list: string | undefined): Record<string, string> {
  return Object.fromEntries(split(list).map((part) => {
    const [, name, value] = /^([\w-]+) *= *([!-~]+)$/.exec(part) ?? []
    if (name === undefined || value === undefined) throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS', 'must hold headers such as x-api-key=value')
    return [name, value]
  }))
}
