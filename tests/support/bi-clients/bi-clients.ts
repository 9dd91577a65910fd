import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { classpathOf, FOR_SECONDS } from '../java.ts';
import { warnSkipped } from '../skipped-tests.ts';

/** Programs of others by which BI tools read what is published. Each says aloud that nothing is read by it where it is missing. */

/** `pip install -r tests/support/requirements.txt`; PYTHON names another interpreter. */
const PYTHON = process.env.PYTHON ?? 'python3';
const at = (file: string): string => join(import.meta.dirname, file);

/** Whether Python has these packages. */
export function hasPython(...packages: readonly string[]): boolean {
  const isThere = spawnSync(PYTHON, ['-c', `import ${packages.join(', ')}`]).status === 0;
  if (!isThere)
    warnSkipped(`nothing published is read by Python, because ${PYTHON} lacks one of ${packages.join(', ')}.`);
  return isThere;
}

/** The command of a program in Python or Java, with its arguments. */
export type Command = (args: readonly string[]) => readonly string[];

export const python =
  (file: string): Command =>
  (args) => [PYTHON, at(file), ...args];

/** Programs that read by JDBC; undefined where the drivers are not. */
export function jdbc(): Command | undefined {
  const classpath = classpathOf(at('pom.xml'), { otherwise: 'nothing published is read by JDBC' });
  if (classpath === undefined) return undefined;
  return (args) => ['java', ...FOR_SECONDS, '-cp', classpath, at('read-published.java'), ...args];
}

/** The lines that a program says, each as its fields. */
export async function linesOf([command = '', ...args]: readonly string[]): Promise<string[][]> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const said = await text(child.stdout);
  const [status] = await ended;
  if (status !== 0) throw new Error(`${command} ended with ${status}.`);
  return fieldsOf(said);
}

/** A program that reads until it is stopped. */
export interface Reader {
  /** The lines that it says of what it saw. */
  stop(): Promise<string[][]>;
}

/** Starts a program that says `ready`, reads until its input ends, and then says what it saw. */
export async function startReader([command = '', ...args]: readonly string[]): Promise<Reader> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error(`${command} could not be started.`);
  await once(stdout, 'readable');
  return {
    async stop() {
      stdin.end();
      return fieldsOf(await text(stdout)).filter(([word]) => word !== 'ready');
    },
  };
}

const fieldsOf = (said: string): string[][] =>
  said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
