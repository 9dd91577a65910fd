import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';

/** What a process does: everything, or what one role needs. */
export type Role = 'everything' | 'gateway';

/** What an entry point gives to a role. */
export interface Given {
  readonly environment: Environment;
  readonly logger: Logger;
  /** Prints a sentence for the user. */
  readonly announce: (sentence: string) => void;
}

/** Starts a role, and resolves with the function that stops it. On failure, nothing of it remains. */
export type StartRole = (given: Given) => Promise<() => Promise<void>>;

const CURE = 'the only option is --role gateway.';

/** The role in the arguments of a program. Throws `Rejected`. */
export function parseRole(args: readonly string[]): Role {
  const role = parseRoleOption(args);
  if (role === undefined) return 'everything';
  if (role === 'gateway') return role;
  throw new Rejected(`There is no role ${JSON.stringify(role)}; ${CURE}`);
}

function parseRoleOption(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { role: { type: 'string' } } }).values.role;
  } catch (error) {
    throw new Rejected(`${messageOf(error)}; ${CURE}`);
  }
}
