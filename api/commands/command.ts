import { userInfo } from 'node:os';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Clock } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import type { ReadableWarehouse } from '../boot/warehouse.ts';
import type { Client } from './client.ts';

/** What a command works with. Each store is opened only by the command that needs it, and closed when it has ended. */
export interface Context {
  /** Whether a program reads the answer. */
  readonly isJson: boolean;
  /** How many characters a line may have; undefined where the answer goes to a file or another program. */
  readonly width: number | undefined;
  readonly clock: Clock;
  /** The settings, for a command that needs some of them and nothing opened. */
  readonly environment: () => Environment;
  readonly stdin: NodeJS.ReadableStream;
  /** Writes to stdout, and waits where the reader is slower. */
  readonly write: (text: string) => Promise<void>;
  /** Tells people how far it is, on stderr. */
  readonly progress: (text: string) => void;
  /** Opens every store, or the way to the server that holds the data folder. */
  readonly open: (options?: OpenOptions) => Promise<Client>;
  /** Opens the warehouse alone, to read it. Throws `Unavailable` while a server holds the data folder. */
  readonly openWarehouse: () => Promise<ReadableWarehouse>;
}

export interface OpenOptions {
  /** Whether a warehouse file that is not there is made although jobs have run with one. */
  readonly acceptsNewWarehouse?: boolean;
}

/** What a command ends with: a plain value, shown as JSON to programs and in words to people. */
export interface Answer {
  readonly value: Readonly<Record<string, unknown>>;
  /** Why it counts as failed, for all that it has a value. */
  readonly failure?: string | undefined;
}

/** Does a command. Gives nothing where it has written its answer itself. */
export type Act = (args: Args, context: Context) => Promise<Answer | undefined>;

/** A command as help shows it; what it does is loaded only when it is asked for. */
export interface Command {
  /** How it is written; begins with its name, and shows every argument. */
  readonly usage: string;
  readonly meaning: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly load: () => Promise<Act>;
}

/** What a command was given. Everything is looked at before anything is opened. */
export class Args {
  readonly #positionals: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(positionals: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.#positionals = positionals;
    this.#options = options;
  }

  /** The arguments, one for each name. Throws `Rejected` for one that is missing or too many. */
  named<const N extends readonly string[]>(...names: N): { [I in keyof N]: string } {
    names.forEach((name, index) => {
      if (this.#positionals[index] === undefined) throw new Rejected(`${name} is missing.`);
    });
    const more = this.#positionals.slice(names.length);
    if (more.length > 0) throw new Rejected(`${more.join(' ')}: that is more than the command takes.`);
    return [...this.#positionals] as { [I in keyof N]: string };
  }

  /** One argument or more. */
  several(name: string): readonly string[] {
    if (this.#positionals.length === 0) throw new Rejected(`${name} is missing.`);
    return this.#positionals;
  }

  /** The first argument, and what follows it with all options. */
  divided(name: string): { first: string; rest: Args } {
    const [first, ...others] = this.several(name);
    return { first: first as string, rest: new Args(others, this.#options) };
  }

  option(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.option(name);
    if (value === undefined) throw new Rejected(`--${name} is missing.`);
    return value;
  }

  /** Who is at the command line: as said by --by, else the user of this machine. */
  person(): string {
    const name = this.option('by') ?? userOf();
    if (name.trim() === '') throw new Rejected('--by names nobody.');
    return name.trim();
  }
}

/** A user without a name, as containers have them, is still somebody at the command line. */
function userOf(): string {
  try {
    return userInfo().username;
  } catch {
    return 'command line';
  }
}
