import { writeFileSync } from 'node:fs'

/**
 * A vitest reporter that writes `{ passed, failed, skipped: [{ name, reason }] }` to the file that TSC_TEST_SUMMARY names.
 * A test file that does not load, and an error outside of any test, count as failed.
 */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: unhandledErrors.length, skipped: [] }
    for (const module of modules) {
      summary.failed += module.errors().length
      for (const suite of module.children.allSuites()) summary.failed += suite.errors().length
      for (const test of module.children.allTests()) count(summary, test)
    }
    writeFileSync(process.env.TSC_TEST_SUMMARY, JSON.stringify(summary))
  }
}

function count(summary, test) {
  const result = test.result()
  if (result.state === 'passed') summary.passed += 1
  else if (result.state === 'failed') summary.failed += 1
  else summary.skipped.push({ name: test.fullName, reason: result.note ?? 'no reason given' })
}
