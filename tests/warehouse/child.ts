import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';

/** A separate process that runs until its input ends. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line that it printed. */
  line(): Promise<string>;
  /** Ends it, and resolves when it has ended. */
  end(): Promise<void>;
}

/**
 * Runs a function in another process: a module's export is called with one text, what it returns is kept open, and a message
 * or that of its error is printed.
 */
export function inAnotherProcess(act: { module: string; name: string; argument: string }): Child {
  const module = pathToFileURL(act.module).href;
  const script = `
    const { ${act.name}: act } = await import(${JSON.stringify(module)});
    // Reachable, or the garbage collector would close it.
    globalThis.kept = await act(${act.argument}).catch((error) => error);
    console.log(kept instanceof Error ? kept.name + ': ' + kept.message : 'held');
    process.stdin.on('end', () => process.exit(0)).resume();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    line: async () => String((await lines.next()).value),
    end,
    [Symbol.asyncDispose]: end,
  };
}
