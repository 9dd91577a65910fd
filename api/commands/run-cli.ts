import { parseArgs } from 'node:util';
import type { Clock } from '../../warehouse/clock.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import type { ReadableWarehouse } from '../boot/warehouse.ts';
import { exactJson } from '../http/exact-json.ts';
import type { Client } from './client.ts';
import { Args, type Command, type Context, type OpenOptions, WrongUsage } from './command.ts';
import { COMMANDS } from './commands.ts';

/** The input and output of the command line. */
interface Terminal {
  readonly clock: Clock;
  /** Called only by commands that need settings. */
  readonly environment: () => Environment;
  readonly stdin: NodeJS.ReadableStream;
  /** The maximum line width of stdout in characters; undefined if it is not a terminal. */
  readonly width: number | undefined;
  /** Writes to stdout; resolves when it can take more. */
  readonly write: (text: string) => Promise<void>;
  /** Writes a line to stderr: progress, or an error. */
  readonly report: (line: string) => void;
}

/** Success; failure; wrong usage. */
type ExitCode = 0 | 1 | 2;

/** Runs a command. It does not throw: errors are reported on stderr and in the exit code. */
export async function runCli([name = '', ...given]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (['help', '--help', '-h'].includes(name)) {
    await terminal.write(help());
    return 0;
  }
  try {
    const command = COMMANDS.get(name);
    if (command) return await runCommand(command, given, terminal);
    throw new Rejected(
      name === ''
        ? help().trimEnd()
        : `There is no command ${JSON.stringify(name)}; for all commands, run "tantieme help".`,
    );
  } catch (error) {
    terminal.report(messageOf(error));
    return error instanceof Rejected ? 2 : 1;
  }
}

async function runCommand(command: Command, given: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { width, write, report } = terminal;
  const { positionals, values } = parseCommandLine(command, given);
  if (values.help === true) {
    await write(`tantieme ${command.usage} [--json]\n${command.meaning}\n`);
    return 0;
  }
  const stores = new LazyStores(terminal);
  try {
    const isJson = values.json === true;
    const act = await command.load();
    const context: Context = {
      ...terminal,
      isJson,
      progress: report,
      open: (options) => stores.open(options),
      isServed: () => stores.isServed(),
      openWarehouse: () => stores.openWarehouse(),
    };
    const answer = await act(new Args(positionals, values), context);
    if (answer) await write(isJson ? `${exactJson(answer.value)}\n` : await formatted(answer.value, width));
    if (answer?.failure) report(answer.failure);
    return answer?.failure ? 1 : 0;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    throw new Rejected(`${error.message}\n${usageOf(command)}`);
  } finally {
    await stores.close();
  }
}

/** Opens stores on first use, so that reading the warehouse loads neither the other stores nor their code. */
class LazyStores {
  readonly #terminal: Terminal;
  #client: Client | undefined;
  #warehouse: ReadableWarehouse | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async open(options: OpenOptions = {}): Promise<Client> {
    if (this.#client) return this.#client;
    const [{ readConfig }, { openClient }] = [await import('../boot/config.ts'), await import('./client.ts')];
    const { clock, environment, report } = this.#terminal;
    this.#client = await openClient({ ...readConfig(environment()), ...options }, { clock, progress: report });
    return this.#client;
  }

  async isServed(): Promise<boolean> {
    const { readWarehouseConfig } = await import('../boot/warehouse-config.ts');
    const { runningServer } = await import('../boot/running-server.ts');
    const { dataFolder } = readWarehouseConfig(this.#terminal.environment());
    return (await runningServer(dataFolder)) !== undefined;
  }

  async openWarehouse(): Promise<ReadableWarehouse> {
    const { readWarehouseConfig } = await import('../boot/warehouse-config.ts');
    const config = readWarehouseConfig(this.#terminal.environment());
    const { openToRead } = await import('../boot/warehouse.ts');
    this.#warehouse = await openToRead(config);
    return this.#warehouse;
  }

  async close(): Promise<void> {
    await this.#warehouse?.close();
    await this.#client?.close();
  }
}

const usageOf = ({ usage }: Command): string => `Usage: tantieme ${usage} [--json]`;

function parseCommandLine(command: Command, given: readonly string[]) {
  try {
    const flag = { type: 'boolean' } as const;
    return parseArgs({
      args: [...given],
      options: { ...command.options, json: flag, help: flag },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Rejected(`${messageOf(error)}\n${usageOf(command)}`);
  }
}

async function formatted(value: object, width: number | undefined): Promise<string> {
  return (await import('./format.ts')).formatValue(value, { width });
}

function help(): string {
  const lines = [...COMMANDS.values()].map(({ usage, meaning }) => `  ${usage}\n      ${meaning}\n`);
  return `Usage: tantieme <command> [--json]   (a period P is written like 2026-01)\n\n${lines.join('')}`;
}
