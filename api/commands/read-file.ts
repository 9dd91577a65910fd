import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Rejected } from '../../warehouse/errors.ts';
import { unreadableBecause } from '../../warehouse/file-causes.ts';
import type { Context } from './command.ts';

/** The bytes of a file that was named. Throws `Rejected`; `remedy` is what to give instead. */
export async function readFileBytes(path: string, { remedy }: { readonly remedy?: string } = {}): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new Rejected(`${path} cannot be read: ${unreadableBecause(error, remedy)}`);
  });
}

/** The text of a file that was named, or of the standard input for `-`. Throws `Rejected`. */
export async function textOfFile(path: string, { stdin }: Pick<Context, 'stdin'>): Promise<string> {
  return path === '-' ? text(stdin) : (await readFileBytes(path)).toString('utf8');
}
