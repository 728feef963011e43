import { Ajv } from 'ajv'

/** The units of CloudWatch's MetricDatum. */
const RATES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits']
const UNITS = ['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None', ...RATES, ...RATES.map((unit) => `${unit}/Second`)]

/** The schema of "Specification: Embedded metric format" in the user guide of CloudWatch. */
const validate = new Ajv().compile({
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 1024 },
              // Nine is the limit of its older text.
              Dimensions: { type: 'array', minItems: 1, items: { type: 'array', minItems: 1, maxItems: 9, items: { type: 'string', minLength: 1, maxLength: 250 } } },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: { Name: { type: 'string', minLength: 1, maxLength: 255 }, Unit: { enum: UNITS }, StorageResolution: { enum: [1, 60] } },
                },
              },
            },
          },
        },
      },
    },
  },
})

interface Directive {
  readonly Dimensions: ReadonlyArray<readonly string[]>
  readonly Metrics: ReadonlyArray<{ readonly Name: string }>
}

const BYTES_MAX = 256 * 1024
const VALUES_MAX = 100
const TWO_WEEKS_MS = 14 * 86_400_000
const TWO_HOURS_MS = 2 * 3_600_000

/** What the specification forbids in a log event that CloudWatch is to read as metrics. */
export function emfFaults (line: string, nowMs: number): string[] {
  if (Buffer.byteLength(line) > BYTES_MAX) return ['larger than 256 KB']
  const event = JSON.parse(line) as Record<string, unknown>
  if (!validate(event)) return [JSON.stringify(validate.errors)]
  const { Timestamp, CloudWatchMetrics } = event['_aws'] as { Timestamp: number, CloudWatchMetrics: readonly Directive[] }
  return [
    ...(Timestamp > nowMs - TWO_WEEKS_MS && Timestamp < nowMs + TWO_HOURS_MS ? [] : ['Timestamp is out of range']),
    ...CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => [
      ...Dimensions.flat().filter((name) => !isDimension(event[name])).map((name) => `${name} is no dimension`),
      ...Metrics.filter(({ Name }) => !isMetric(event[Name])).map(({ Name }) => `${Name} has no values`),
    ]),
  ]
}

function isDimension (value: unknown): boolean {
  return typeof value === 'string' && /^[\x20-\x7e]{1,1024}$/.test(value) && value.trim() !== '' && !value.startsWith(':')
}

function isMetric (value: unknown): boolean {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.length >= 1 && values.length <= VALUES_MAX && values.every((one) => typeof one === 'number')
}
