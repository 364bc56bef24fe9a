// The last lines of .ci/run: which tests failed, and `N passed, N failed, N skipped`. A step that failed without a
// failed test of its own (lint, types, a test file that does not load) counts as one failure.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [, , resultsFile, failedSteps] = process.argv;
const results = readResults();
const failed = [];
let passed = 0;
let skipped = 0;
for (const file of results.testResults) {
  const path = relative(process.cwd(), file.name);
  if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
    failed.push(`${path}: ${String(file.message).split('\n', 1)[0]}`);
  }
  for (const test of file.assertionResults) {
    if (test.status === 'passed') passed += 1;
    else if (test.status === 'failed') failed.push(`${path}: ${test.fullName}`);
    else skipped += 1;
  }
}
const testsFailed = failed.length > 0;
const otherSteps = Number(failedSteps) - (testsFailed ? 1 : 0);
for (const line of failed) console.log(`FAILED: ${line}`);
const failures = failed.length + Math.max(0, otherSteps) || (passed === 0 ? 1 : 0);
console.log(`${passed} passed, ${failures} failed, ${skipped} skipped`);
process.exitCode = failures === 0 ? 0 : 1;

function readResults() {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}
