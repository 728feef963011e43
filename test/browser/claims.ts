/** Counts what holds of what is claimed. */
export interface Claims {
  /** What throws does not hold. */
  readonly claim: (what: string, holds: () => Promise<boolean>) => Promise<void>
  /** Writes what did not hold, and `N passed, N failed`. True: all of it held. */
  readonly report: () => boolean
}

export function makeClaims (): Claims {
  const failures: string[] = []
  let passed = 0
  return {
    claim: async (what, holds) => {
      const problem = await holds().then((isRight) => isRight ? null : '', (error: unknown) => `: ${(error as Error).message.split('\n', 3).join(' ')}`)
      if (problem === null) passed += 1
      else failures.push(`${what}${problem}`)
    },
    report: () => {
      for (const failure of failures) process.stdout.write(`not so: ${failure}\n`)
      process.stdout.write(`${passed} passed, ${failures.length} failed\n`)
      return failures.length === 0
    },
  }
}
