import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NODE_FLAGS } from '../node-flags.ts';

export const MAIN = join(import.meta.dirname, 'main.ts');

/** Runs the demo in a separate process. With `killAfter`, kills it with SIGKILL after that step. */
export async function demo(args: readonly string[], { killAfter }: { killAfter?: string } = {}): Promise<void> {
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (killAfter && line.startsWith(killAfter)) child.kill('SIGKILL');
  });
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (killAfter ? signal !== 'SIGKILL' : code !== 0)
    throw new Error(`The demo exited with ${code ?? signal}:\n${lines.join('\n')}`);
}
