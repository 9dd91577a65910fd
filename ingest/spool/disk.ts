import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { syncFolder } from '../../warehouse/sync-folder.ts';

/** A file that is only appended to or truncated. */
export interface SpoolFile {
  /** Appends all the bytes; after a failure some of them may be in the file. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written would survive a power failure. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The file system operations of the spool; a small interface, so that tests can make any single step fail. */
export interface SpoolDisk {
  makeFolder(folder: string): Promise<void>;
  names(folder: string): Promise<readonly string[]>;
  /** The files with their sizes. One that another process removes meanwhile is left out. */
  list(folder: string): Promise<readonly { readonly name: string; readonly byte_count: number }[]>;
  read(path: string): Promise<Uint8Array>;
  /** Opens a file for appending; creates it if it is missing. */
  open(path: string): Promise<SpoolFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable: the name of a synced file can still be lost. */
  syncFolder(folder: string): Promise<void>;
}

export const nodeDisk: SpoolDisk = {
  async makeFolder(folder) {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    const stop = dirname(resolve(first));
    for (let made = resolve(folder); made !== stop; made = dirname(made)) await syncFolder(dirname(made));
  },
  names: (folder) => readdir(folder),
  async list(folder) {
    const files = (await readdir(folder)).map(async (name) => {
      const byte_count = await sizeOf(join(folder, name));
      return byte_count === undefined ? [] : [{ name, byte_count }];
    });
    return (await Promise.all(files)).flat();
  },
  read: (path) => readFile(path),
  async open(path) {
    const handle = await open(path, 'a');
    return {
      async write(bytes) {
        for (let at = 0; at < bytes.length; ) {
          const { bytesWritten } = await handle.write(bytes, at);
          if (bytesWritten === 0) throw new Error('the disk wrote no bytes and reported no error');
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

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
