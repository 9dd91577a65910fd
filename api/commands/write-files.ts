import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';

interface FileToWrite {
  /** The path below the folder. */
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

/** Makes the folder of `--out`. Throws `Unavailable`. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch(throwUnwritable(path));
}

/** Writes a file below the folder of `--out`. Returns its path. Throws `Unavailable`. */
export async function writeBelow(
  out: string,
  { name, bytes }: FileToWrite,
  { mode }: { readonly mode?: number } = {},
): Promise<string> {
  const path = join(out, name);
  await makeFolder(dirname(path));
  await writeFile(path, bytes, mode === undefined ? {} : { mode }).catch(throwUnwritable(path));
  return path;
}

/** Writes the files of an archive, one after the other. Returns their paths. Throws `Unavailable`. */
export async function writeFiles(
  out: string,
  files: readonly FileToWrite[],
  options: { readonly mode?: number } = {},
): Promise<string[]> {
  const paths: string[] = [];
  for (const file of files) paths.push(await writeBelow(out, file, options));
  return paths;
}

function throwUnwritable(path: string): (error: unknown) => never {
  return (error) => {
    throw new Unavailable(`${path} cannot be written: ${causeOf(error, 'choose another folder with --out')}`);
  };
}
