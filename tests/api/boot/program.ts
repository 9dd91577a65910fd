import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMPILE_CACHE, NODE_FLAGS } from '../../support/node-flags.ts';

/** The exit code and output of a program. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Start {
  readonly args?: readonly string[];
  /** The working directory; the data folder is inside it. */
  readonly folder: string;
  /** The whole environment, except for the data folder. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts one of the entry points as a child process. */
export function started(program: 'cli' | 'main', { args = [], folder, settings = {} }: Start): ChildProcess {
  const path = join(import.meta.dirname, `../../../api/${program}.ts`);
  const env = { ...COMPILE_CACHE, TANTIEME_DATA_DIR: join(folder, 'data'), ...settings };
  return spawn(process.execPath, [...NODE_FLAGS, path, ...args], { cwd: folder, env });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr] = [child.stdout, child.stderr];
  if (!stdout || !stderr) throw new Error('The child has no pipes.');
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin?.end();
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  return { code: await code, out, err };
}
