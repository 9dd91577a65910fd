import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { filesOfRun } from './tests/support/full-run.ts';
import { HUNG_AFTER_MS } from './tests/support/hung-after.ts';
import { LongestFirst } from './tests/support/longest-first.ts';
import { COMPILE_CACHE, NODE_FLAGS } from './tests/support/node-flags.ts';
import { SkippedTests } from './tests/support/skipped-tests.ts';
import { SlowestFiles } from './tests/support/slowest-files.ts';

export default defineConfig({
  test: {
    ...filesOfRun(),
    globalSetup: ['tests/support/shared-processes.ts'],
    // Files share modules and a process; a file that changes either must restore it.
    isolate: false,
    execArgv: [...NODE_FLAGS, `--import=${new URL('tests/support/one-thread.ts', import.meta.url).href}`],
    env: COMPILE_CACHE,
    // Half as many again as there are processors: tests wait for a seventh of their time, for processes, locks and files.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
    testTimeout: HUNG_AFTER_MS,
    hookTimeout: HUNG_AFTER_MS,
    expect: { poll: { timeout: HUNG_AFTER_MS } },
    reporters: ['default', new SkippedTests(), new SlowestFiles()],
  },
});
