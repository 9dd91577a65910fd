import { parseArgs } from 'node:util';
import type { Clock } from '../../warehouse/clock.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import { readConfig } from '../boot/config.ts';
import { exactJson } from '../http/exact-json.ts';
import type { Client } from './client.ts';
import { Args, type Command, type Context } from './command.ts';
import { COMMANDS } from './commands.ts';
import { formatValue } from './format.ts';

/** Where a command is given, and where its answer goes. */
export interface Terminal {
  readonly clock: Clock;
  /** Asked only by a command that needs the data folder. */
  readonly environment: () => Environment;
  readonly stdin: NodeJS.ReadableStream;
  /** Writes to stdout; resolves when the reader takes more. */
  readonly write: (text: string) => Promise<void>;
  /** Writes a line to stderr: how far it is, or what went wrong. */
  readonly tell: (line: string) => void;
}

/** Done; failed; wrong use. */
export type ExitCode = 0 | 1 | 2;

/** Does what the command line says. Never throws for what a command does: that is told, and in the exit code. */
export async function runCli([name = '', ...given]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (['help', '--help', '-h'].includes(name)) {
    await terminal.write(await help());
    return 0;
  }
  try {
    const load = COMMANDS.get(name);
    if (load) return await runCommand(await load(), given, terminal);
    throw new Rejected(
      name === '' ? (await help()).trimEnd() : `There is no command ${JSON.stringify(name)}; tantieme help lists them.`,
    );
  } catch (error) {
    terminal.tell(messageOf(error));
    return error instanceof Rejected ? 2 : 1;
  }
}

async function runCommand(command: Command, given: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { clock, environment, stdin, write, tell } = terminal;
  const { positionals, values } = parsed(command, given);
  if (values.help === true) {
    await write(`tantieme ${command.usage} [--json]\n${command.meaning}\n`);
    return 0;
  }
  let client: Client | undefined;
  const open = async (): Promise<Client> => {
    const { openClient } = await import('./client.ts');
    client ??= await openClient(readConfig(environment()), { clock, progress: tell });
    return client;
  };
  try {
    const isJson = values.json === true;
    const context: Context = { isJson, clock, environment, stdin, write, progress: tell, open };
    const answer = await command.run(new Args(positionals, values), context);
    if (answer) await write(isJson ? `${exactJson(answer.value)}\n` : formatValue(answer.value));
    if (answer?.failure) tell(answer.failure);
    return answer?.failure ? 1 : 0;
  } finally {
    await client?.close();
  }
}

function parsed({ usage, options }: Command, given: readonly string[]) {
  try {
    const flag = { type: 'boolean' } as const;
    return parseArgs({ args: [...given], options: { ...options, json: flag, help: flag }, allowPositionals: true });
  } catch (error) {
    throw new Rejected(`${messageOf(error)}\nUsage: tantieme ${usage} [--json]`);
  }
}

async function help(): Promise<string> {
  const commands = await Promise.all([...COMMANDS.values()].map((load) => load()));
  const lines = commands.map(({ usage, meaning }) => `  ${usage}\n      ${meaning}\n`);
  return `Usage: tantieme <command> [--json]   (a period P is written as 2026-01)\n\n${lines.join('')}`;
}
