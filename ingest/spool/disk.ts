import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { syncFolder } from '../../warehouse/sync-folder.ts';

/** A file that is only ever added to, or cut at its end. */
export interface SpoolFile {
  /** Adds all the bytes at the end; after a failure some of them may stand there. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written would survive a power cut. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** What the spool asks of a file system: narrow, so that a test can let any single step fail. */
export interface SpoolDisk {
  makeFolder(folder: string): Promise<void>;
  list(folder: string): Promise<readonly { readonly name: string; readonly byte_count: number }[]>;
  read(path: string): Promise<Uint8Array>;
  /** Opens for adding at the end; a missing file is made. */
  open(path: string): Promise<SpoolFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable: a file can be synced and its name still lost. */
  syncFolder(folder: string): Promise<void>;
}

export const nodeDisk: SpoolDisk = {
  async makeFolder(folder) {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    const stop = dirname(resolve(first));
    for (let made = resolve(folder); made !== stop; made = dirname(made)) await syncFolder(dirname(made));
  },
  async list(folder) {
    const names = await readdir(folder);
    return Promise.all(names.map(async (name) => ({ name, byte_count: (await stat(join(folder, name))).size })));
  },
  read: (path) => readFile(path),
  async open(path) {
    const handle = await open(path, 'a');
    return {
      async write(bytes) {
        for (let at = 0; at < bytes.length; ) {
          const { bytesWritten } = await handle.write(bytes, at);
          if (bytesWritten === 0) throw new Error('the disk took none of the bytes, and gave no reason');
          at += bytesWritten;
        }
      },
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder,
};
