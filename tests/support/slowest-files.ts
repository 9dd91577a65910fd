import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const COUNT = 10;

/** Prints the slowest test files at the end of a run, with the seconds of their imports and of their tests. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const slowest = modules
      .map((module) => ({ path: relative(process.cwd(), module.moduleId), ...timesOf(module) }))
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, COUNT);
    if (modules.length <= 1) return;
    console.log(`The slowest files, in seconds (of which imports):`);
    for (const { path, seconds, importSeconds } of slowest) {
      console.log(`${seconds.toFixed(1).padStart(7)} (${importSeconds.toFixed(1)})  ${path}`);
    }
  }
}

function timesOf(module: TestModule): { seconds: number; importSeconds: number } {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  const imports = collectDuration + setupDuration;
  return { seconds: (imports + duration) / 1000, importSeconds: imports / 1000 };
}
