import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';

/** Writes the files of an archive below a folder, readable by their owner alone. Returns their paths. Throws `Unavailable`. */
export async function writeFiles(
  out: string,
  files: readonly { readonly name: string; readonly bytes: Buffer }[],
): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, bytes } of files) {
    const path = join(out, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes, { mode: 0o600 });
    } catch (error) {
      throw new Unavailable(`${path} cannot be written: ${causeOf(error, 'choose another folder with --out')}`);
    }
    paths.push(path);
  }
  return paths;
}
