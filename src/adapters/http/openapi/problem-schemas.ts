import { Type, type TSchema } from '@sinclair/typebox'
import { Problem } from '../shared/problem.js'
import { PROBLEMS, type ProblemCode } from '../shared/problems.js'

const REQUEST = 'urn:basvideo:request:0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55'

/** A schema for the problems of each code, so that clients tell them apart by `code`. The service itself writes all of them by one. */
export function problemSchemas (): TSchema[] {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  return codes.map((code) => {
    const { status, title, advice } = PROBLEMS[code]
    return Type.Unsafe({
      $id: nameOf(code),
      description: `${title}. ${advice}`,
      allOf: [{ $ref: 'Problem#' }, { properties: { code: { const: code }, status: { const: status } }, required: ['code', 'status'] }],
      examples: [exampleOf(code)],
    })
  })
}

function exampleOf (code: ProblemCode): unknown {
  const { status, title, advice } = PROBLEMS[code]
  const known = (Problem['examples'] as Array<{ code: ProblemCode }>).find((example) => example.code === code)
  return known ?? { type: `urn:basvideo:problem:${code}`, title, status, detail: advice, instance: REQUEST, code }
}

/** One of these problems, told apart by `code`. */
export function problemsOneOf (codes: readonly ProblemCode[]): object {
  const all = codes.map((code) => ({ $ref: `${nameOf(code)}#` }))
  const mapping = Object.fromEntries(codes.map((code) => [code, `#/components/schemas/${nameOf(code)}`]))
  return all.length === 1 ? { ...all[0] } : { oneOf: all, discriminator: { propertyName: 'code', mapping } }
}

/** Such as `BlockedProblem`. */
function nameOf (code: ProblemCode): string {
  return `${code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Problem`
}
