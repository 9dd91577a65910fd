import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The folder of a demo below `folder`, which may be changed. `BENCH_DEMO` names that of a demo that is there already; a copy of it is used. */
export function demoIn(folder: string): string {
  const demo = join(folder, 'demo');
  if (process.env.BENCH_DEMO !== undefined) execFileSync('cp', ['-r', process.env.BENCH_DEMO, demo]);
  else execFileSync(process.execPath, ['tests/support/demo/main.ts', '--out', demo], { stdio: 'ignore' });
  return demo;
}
