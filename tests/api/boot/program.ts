import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Start {
  readonly args?: readonly string[];
  /** In which it is started, and below which it keeps its data. */
  readonly folder: string;
  /** Its whole environment beside the data folder. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts one of the entry points as a process of its own. */
export function started(program: 'cli' | 'main', { args = [], folder, settings = {} }: Start): ChildProcess {
  const path = join(import.meta.dirname, `../../../api/${program}.ts`);
  const env = { TANTIEME_DATA_DIR: join(folder, 'data'), ...settings };
  return spawn(process.execPath, [path, ...args], { cwd: folder, env });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr] = [child.stdout, child.stderr];
  if (!stdout || !stderr) throw new Error('The child has no pipes.');
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin?.end();
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  return { code: await code, out, err };
}
