import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './tests/support/slowest-files.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/shared-processes.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new SlowestFiles()],
  },
});
