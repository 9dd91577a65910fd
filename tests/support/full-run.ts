import { globSync, readFileSync } from 'node:fs';

/**
 * Whether tests that repeat something with many seeds, months or faults do so in full, and those of tools that take half a minute run.
 * `npm test` takes a few of each kind, which is enough to find most mistakes; `npm run test:faults`, a part of the gate, takes all.
 */
export const FULL_RUN = process.env.FULL_RUN !== undefined;

/** The test files of which a full run does more: those that read `FULL_RUN`. */
export function filesOfFullRun(): string[] {
  return globSync('tests/**/*.test.ts').filter((path) => /\bFULL_RUN\b/.test(readFileSync(path, 'utf8')));
}
