// A vitest reporter that lists each test that passed only after a retry, at the end of the log. A retry keeps a
// run green on a slow machine, but it must not hide the fault.
export default class FlakyReporter {
  /** @param {readonly import('vitest/node').TestModule[]} testModules */
  onTestRunEnd(testModules) {
    for (const testModule of testModules) {
      for (const test of testModule.children.allTests('passed')) {
        const { flaky = false, retryCount = 0 } = test.diagnostic() ?? {};
        if (!flaky) continue;
        const where = `${testModule.project.name} ${testModule.relativeModuleId}`;
        process.stdout.write(`FLAKY ${where} > ${test.fullName} (passed at try ${retryCount + 1})\n`);
        const [error] = test.result().errors ?? [];
        if (error) process.stdout.write(`      the try before: ${String(error.message).split('\n', 1)[0]}\n`);
      }
    }
  }
}
