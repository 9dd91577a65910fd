import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Conflict, InvariantBroken, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';

const OF_THE_SERVER = [Rejected, Conflict, Unavailable, InvariantBroken];

/** Writes a download to a file as it arrives; one that breaks off leaves no file. `otherwise` is what to do if it cannot be written. */
export async function writeDownload(
  download: AsyncIterable<Uint8Array>,
  { path, otherwise }: { readonly path: string; readonly otherwise: string },
): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(download, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (OF_THE_SERVER.some((kind) => error instanceof kind)) throw error;
    throw new Unavailable(`${path} cannot be written: ${causeOf(error, otherwise)}`);
  }
}
