type Value = string | number | boolean | object | null

/** Collects the aliases of one request. Every attribute name has one, because hundreds of plain words are reserved. */
class Aliases {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, Value> = {}

  name (attribute: string): string {
    const alias = `#${attribute}`
    this.names[alias] = attribute
    return alias
  }

  value (value: Value): string {
    const alias = `:v${Object.keys(this.values).length}`
    this.values[alias] = value
    return alias
  }
}

export type Condition = (aliases: Aliases) => string

export function compare (attribute: string, operator: '=' | '<>' | '<' | '<=' | '>' | '>=', value: Value): Condition {
  return (aliases) => `${aliases.name(attribute)} ${operator} ${aliases.value(value)}`
}

/** Both ends belong to the range. */
export function between (attribute: string, low: Value, high: Value): Condition {
  return (aliases) => `${aliases.name(attribute)} BETWEEN ${aliases.value(low)} AND ${aliases.value(high)}`
}

export function absent (attribute: string): Condition {
  return (aliases) => `attribute_not_exists(${aliases.name(attribute)})`
}

export function present (attribute: string): Condition {
  return (aliases) => `attribute_exists(${aliases.name(attribute)})`
}

export function allOf (...conditions: Condition[]): Condition {
  return (aliases) => conditions.map((condition) => `(${condition(aliases)})`).join(' AND ')
}

export function anyOf (...conditions: Condition[]): Condition {
  return (aliases) => conditions.map((condition) => `(${condition(aliases)})`).join(' OR ')
}

export interface Changes {
  readonly set?: Readonly<Record<string, Value>>
  /** Sets an attribute only where the row has none of this name. */
  readonly setOnce?: Readonly<Record<string, Value>>
  readonly add?: Readonly<Record<string, number>>
  readonly remove?: readonly string[]
}

export interface Parts {
  readonly key?: Condition
  readonly filter?: Condition | undefined
  readonly projection?: readonly string[] | undefined
  readonly condition?: Condition
  readonly update?: Changes
}

/** The expressions of a request with the aliases they use, ready to be spread into its input. */
export function expression ({ key, filter, projection, condition, update }: Parts) {
  const aliases = new Aliases()
  return {
    KeyConditionExpression: key?.(aliases),
    FilterExpression: filter?.(aliases),
    ProjectionExpression: projection?.map((attribute) => aliases.name(attribute)).join(', '),
    ConditionExpression: condition?.(aliases),
    UpdateExpression: update && updateExpression(update, aliases),
    ExpressionAttributeNames: aliases.names,
    // DynamoDB refuses a list of values that is empty.
    ExpressionAttributeValues: Object.keys(aliases.values).length === 0 ? undefined : aliases.values,
  }
}

function updateExpression ({ set = {}, setOnce = {}, add = {}, remove = [] }: Changes, aliases: Aliases): string {
  const clauses = [
    ['SET', [
      ...Object.entries(set).map(([attribute, value]) => `${aliases.name(attribute)} = ${aliases.value(value)}`),
      ...Object.entries(setOnce).map(([attribute, value]) => `${aliases.name(attribute)} = if_not_exists(${aliases.name(attribute)}, ${aliases.value(value)})`),
    ]],
    ['ADD', Object.entries(add).map(([attribute, amount]) => `${aliases.name(attribute)} ${aliases.value(amount)}`)],
    ['REMOVE', remove.map((attribute) => aliases.name(attribute))],
  ] as const
  return clauses.filter(([, parts]) => parts.length > 0).map(([verb, parts]) => `${verb} ${parts.join(', ')}`).join(' ')
}
