import { stat } from 'node:fs/promises';

/**
 * What a program creates can be opened only by the user who runs it: the data folder holds keys, names and what people earn. PGlite sets
 * the modes of its files itself, to 0666; its folder protects them.
 */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

/**
 * A sentence that says that others may open a folder that was there before; undefined if only its owner may. It is not changed: somebody may
 * have shared it on purpose.
 */
export async function sharedFolderWarning(folder: string): Promise<string | undefined> {
  // Windows has no such modes.
  if (process.platform === 'win32') return undefined;
  const mode = (await stat(folder)).mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return `Other users of this machine may open the data folder ${folder}, whose mode is ${mode.toString(8)}; unless that is meant, run: chmod -R go= ${folder}`;
}
