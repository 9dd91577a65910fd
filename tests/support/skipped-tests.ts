import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const MARK = 'SKIPPED: ';

/** Says why tests are skipped; a run repeats it at its end. `reason`: what is not tested, why, and what to install or set. */
export function warnSkipped(reason: string): void {
  console.warn(`${MARK}${reason}`);
}

/** Prints at the end of a run which files have skipped tests, and every reason that was given. */
export class SkippedTests implements Reporter {
  readonly #reasons = new Set<string>();

  onUserConsoleLog({ content }: { readonly content: string }): void {
    for (const line of content.split('\n')) if (line.startsWith(MARK)) this.#reasons.add(line.slice(MARK.length));
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({ path: relative(process.cwd(), module.moduleId), ...countsOf(module) }));
    const skipping = files.filter(({ skipped }) => skipped > 0).sort((one, other) => (one.path < other.path ? -1 : 1));
    if (modules.length <= 1 || skipping.length === 0) return;
    console.log('Skipped tests, of all tests of the file:');
    for (const { path, skipped, all } of skipping) console.log(`${`${skipped} of ${all}`.padStart(12)}  ${path}`);
    console.log(
      this.#reasons.size > 0
        ? 'The reasons that were given; other tests wait for a full run:'
        : 'They wait for a full run.',
    );
    for (const reason of [...this.#reasons].sort()) console.log(`  - ${reason}`);
  }
}

function countsOf({ children }: TestModule): { skipped: number; all: number } {
  return { skipped: [...children.allTests('skipped')].length, all: [...children.allTests()].length };
}
