// Closes a run with one plain line, for people and machines that read only the end.
export default class ClosingLine {
  #all;

  onBegin(_config, suite) {
    this.#all = suite;
  }

  onEnd() {
    const count = { expected: 0, flaky: 0, unexpected: 0, skipped: 0 };
    for (const test of this.#all?.allTests() ?? []) count[test.outcome()] += 1;
    const skipped = count.skipped ? `, ${count.skipped} skipped` : '';
    console.log(`\nbrowser: ${count.expected + count.flaky} passed, ${count.unexpected} failed${skipped}`);
  }

  printsToStdio() {
    return false;
  }
}
