import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Names the tests that passed only when they were run again, and why they failed before: each is a defect, of the
 * product or of the test (docs/adr/0007-tests-run-again-in-ci.md).
 */
export default class FlakyTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = describeFlakyTests(modules.flatMap((module) => [...module.children.allTests()]))
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
  }
}

/** What the tests that passed only when they were run again are called, each with its first error. Empty: none did. */
export function describeFlakyTests(tests: readonly FinishedTest[]): readonly string[] {
  const flaky = tests.filter((test) => test.diagnostic()?.flaky === true)
  if (flaky.length === 0) return []
  return [
    `Passed only when run again (${flaky.length}): find out why`,
    ...flaky.map((test) => {
      const reason = test.result().errors?.[0]?.message.split('\n')[0] ?? 'no error is known'
      return `  ${test.module.relativeModuleId} > ${test.fullName}: ${reason}`
    }),
  ]
}

/** The part of Vitest's test case that is read. */
interface FinishedTest {
  readonly fullName: string
  readonly module: Pick<TestCase['module'], 'relativeModuleId'>
  diagnostic(): Pick<NonNullable<ReturnType<TestCase['diagnostic']>>, 'flaky'> | undefined
  result(): { readonly errors?: readonly { readonly message: string }[] | undefined }
}
