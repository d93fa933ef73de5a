// A vitest reporter that ends the log with one line for each test that passed only when it was tried again. A retry keeps a
// run green on a machine that stalls; it must not keep the fault out of sight.
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
