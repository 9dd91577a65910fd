import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, Rejected, reasonOf } from '../../../warehouse/errors.ts';
import { integerBetween } from '../../../warehouse/settings.ts';

export interface DevOptions {
  /** Everything of the development server is below here. */
  readonly folder: string;
  /** 0 for any free port. */
  readonly port: number;
  /** How many events the seeded month has. */
  readonly events: number;
}

/** Throws `Rejected` for an option that is unknown or malformed. */
export function readOptions(args: readonly string[]): DevOptions {
  const { out, port, events } = parsed(args);
  return {
    folder: resolve(out ?? '.data/dev'),
    port: wholeNumber('port', port ?? '8080', [0, 65_535]),
    events: wholeNumber('events', events ?? '2000', [500, 100_000]),
  };
}

function wholeNumber(name: string, text: string, [from, to]: readonly [number, number]): number {
  try {
    return integerBetween(from, to)(text);
  } catch (error) {
    throw new Rejected(`--${name} is malformed: ${messageOf(error)}`);
  }
}

function parsed(args: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { out: option, port: option, events: option } }).values;
  } catch (error) {
    throw new Rejected(`${reasonOf(error)}. The options are --out, --port and --events.`);
  }
}
