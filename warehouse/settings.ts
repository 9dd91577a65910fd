import { messageOf, Rejected } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads settings from the environment and collects everything that is missing or malformed, so that all problems are
 * reported at once.
 */
export class SettingsReader {
  readonly #environment: Environment;
  readonly #problems: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The setting as parsed by `parse`, which throws with the reason if it is malformed. */
  read<T>(name: string, parse: (text: string) => T, fallback?: string): T | undefined {
    const text = this.#environment[name]?.trim() || fallback;
    if (text === undefined) return undefined;
    try {
      return parse(text);
    } catch (error) {
      this.#problems.push(`${name} is malformed: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Like `read`, but an absent setting is a problem too; `why` says what it is needed for. */
  require<T>(name: string, parse: (text: string) => T, why: string): T | undefined {
    if (!this.#environment[name]?.trim()) {
      this.#problems.push(`${name} is missing: ${why}`);
      return undefined;
    }
    return this.read(name, parse);
  }

  /** Throws `Rejected` with every problem found so far, one per line. */
  finish(): void {
    if (this.#problems.length === 0) return;
    throw new Rejected(
      `The configuration cannot be used.\n${this.#problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
}

/** A whole number from `from` to `to`. */
export const integerBetween =
  (from: number, to: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to))
      throw new Rejected(`${JSON.stringify(text)} is not a whole number from ${from} to ${to}.`);
    return value;
  };

/** One of some words. */
export const wordOf =
  <W extends string>(words: readonly W[]) =>
  (text: string): W => {
    const word = words.find((known) => known === text);
    if (word === undefined) throw new Rejected(`${JSON.stringify(text)} is not ${words.join(' or ')}.`);
    return word;
  };

/** An `http:` or `https:` address, without a trailing slash. */
export function requireHttpAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Rejected(`${JSON.stringify(text)} is not an http or https address.`);
  }
  return text.replace(/\/+$/, '');
}

/** An `http:` or `https:` address as it is: a page, whose slash at the end may matter. */
export function webAddress(text: string): string {
  requireHttpAddress(text);
  return text;
}

/** The address of a store: `<kind>:<rest>`, where the kind is one of those that are supported. */
export const storeAddress =
  <K extends string>(...kinds: readonly K[]) =>
  (text: string): { kind: K; rest: string } => {
    const [, scheme, rest] = /^([a-z][a-z0-9]*):(.+)$/.exec(text) ?? [];
    const kind = kinds.find((known) => known === scheme);
    if (!kind || !rest)
      throw new Rejected(`${JSON.stringify(text)} does not begin with ${kinds.map((k) => `${k}:`).join(' or ')}.`);
    return { kind, rest };
  };
