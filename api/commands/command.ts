import { userInfo } from 'node:os';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Clock } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import type { ReadableWarehouse } from '../boot/warehouse.ts';
import type { Client } from './client.ts';

/** What a command may use. A store is opened only when a command needs it, and closed when the command ends. */
export interface Context {
  /** Whether to write the result as JSON. */
  readonly isJson: boolean;
  /** The maximum line width in characters; undefined if the output goes to a file or pipe. */
  readonly width: number | undefined;
  readonly clock: Clock;
  /** The environment, for a command that reads settings without opening a store. */
  readonly environment: () => Environment;
  readonly stdin: NodeJS.ReadableStream;
  /** Writes to stdout, and waits while the reader is slower. */
  readonly write: (text: string) => Promise<void>;
  /** Reports progress on stderr. */
  readonly progress: (text: string) => void;
  /** Opens every store, or connects to the server that uses the data folder. */
  readonly open: (options?: OpenOptions) => Promise<Client>;
  /** Whether a server uses the data folder. */
  readonly isServed: () => Promise<boolean>;
  /** Opens only the warehouse, for reading. Throws while a server uses the data folder. */
  readonly openWarehouse: () => Promise<ReadableWarehouse>;
}

export interface OpenOptions {
  /** Whether to create a missing warehouse file although jobs have run before. */
  readonly acceptsNewWarehouse?: boolean;
}

/** The result of a command: a plain value, written as JSON or formatted as text. */
export interface Answer {
  readonly value: Readonly<Record<string, unknown>>;
  /** Why the command counts as failed although it has a value. */
  readonly failure?: string | undefined;
}

/** Runs a command. Returns undefined if it has written its output itself. */
export type Act = (args: Args, context: Context) => Promise<Answer | undefined>;

/** A command as help shows it; its code is loaded only when it runs. */
export interface Command {
  /** The usage line: the name and every argument. */
  readonly usage: string;
  readonly meaning: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly load: () => Promise<Act>;
}

/** The arguments do not fit the command; the usage line is added where it is reported. */
export class WrongUsage extends Rejected {
  override name = 'WrongUsage';
}

/** The arguments and options of a command, checked before any store is opened. */
export class Args {
  readonly #positionals: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(positionals: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.#positionals = positionals;
    this.#options = options;
  }

  /** The arguments, one per name. Throws `WrongUsage` if one is missing or there are too many. */
  require<const N extends readonly string[]>(...names: N): { [I in keyof N]: string } {
    names.forEach((name, index) => {
      if (this.#positionals[index] === undefined) throw new WrongUsage(`${name} is missing.`);
    });
    const more = this.#positionals.slice(names.length);
    if (more.length > 0) {
      throw new WrongUsage(`${more.length === 1 ? 'Unexpected argument' : 'Unexpected arguments'}: ${more.join(' ')}.`);
    }
    return [...this.#positionals] as { [I in keyof N]: string };
  }

  /** Whether there are no arguments. */
  get isEmpty(): boolean {
    return this.#positionals.length === 0;
  }

  /** At least one argument. */
  requireSeveral(name: string): readonly string[] {
    if (this.#positionals.length === 0) throw new WrongUsage(`${name} is missing.`);
    return this.#positionals;
  }

  /** The first argument, and the remaining ones with all options. */
  divide(name: string): { first: string; rest: Args } {
    const [first, ...others] = this.requireSeveral(name);
    return { first: first as string, rest: new Args(others, this.#options) };
  }

  option(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The values of an option that may be given several times. */
  list(name: string): readonly string[] {
    const values = this.#options[name];
    return Array.isArray(values) ? values.map(String) : [];
  }

  /** Whether an option without a value is given. */
  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  requireOption(name: string): string {
    const value = this.option(name);
    if (value === undefined) throw new WrongUsage(`--${name} is missing.`);
    return value;
  }

  /** An option that must be one of some words. */
  requireChoice(name: string, words: readonly string[]): string {
    const given = this.requireOption(name);
    if (words.includes(given)) return given;
    throw new WrongUsage(`--${name} must be one of ${words.join(', ')}, not ${JSON.stringify(given)}.`);
  }

  /** The sentence of `--because`. Throws `WrongUsage` if it is missing or empty. `what`: what it must say. */
  requireReason(what = 'why'): string {
    const sentence = this.requireOption('because').trim();
    if (sentence === '') throw new WrongUsage(`--because is empty; say in one sentence ${what}.`);
    return sentence;
  }

  /** The person who runs the command: `--by`, or the user of this machine. */
  requirePerson(): string {
    const name = this.option('by') ?? userOf();
    if (name.trim() === '') throw new Rejected('--by is empty; give the name of a person.');
    return name.trim();
  }
}

/** In a container, the user id may have no name. */
function userOf(): string {
  try {
    return userInfo().username;
  } catch {
    return 'command line';
  }
}
