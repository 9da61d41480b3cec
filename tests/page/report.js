// Ends with the line that tests/tools/report.sh adds up.

export default class Report {
  #failed = 0;
  #passed = 0;

  onTestEnd(test, result) {
    const last = result.retry === test.retries;
    if (test.ok() && result.status === test.expectedStatus) this.#passed += 1;
    else if (last) this.#failed += 1;
  }

  onEnd() {
    process.stdout.write(`test result: ${this.#failed ? "FAILED" : "ok"}. ${this.#passed} passed; ${this.#failed} failed\n`);
  }
}
