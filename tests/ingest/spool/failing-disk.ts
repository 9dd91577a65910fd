import { nodeDisk, type SpoolDisk } from '../../../ingest/spool/disk.ts';

export type Step = 'write' | 'sync' | 'truncate' | 'rename' | 'syncFolder' | 'open' | 'remove';

/** The real disk with injected failures at any step; a failing write writes half of its bytes. */
export class FailingDisk implements SpoolDisk {
  readonly failing = new Set<Step>();
  readonly #files: { close(): Promise<void> }[] = [];
  #dead = false;
  syncCount = 0;
  makeFolder = nodeDisk.makeFolder;
  names = nodeDisk.names;
  list = nodeDisk.list;
  read = nodeDisk.read;

  rename(from: string, to: string) {
    return this.attempt('rename', () => nodeDisk.rename(from, to));
  }
  remove(path: string) {
    return this.attempt('remove', () => nodeDisk.remove(path));
  }
  syncFolder(folder: string) {
    return this.attempt('syncFolder', () => nodeDisk.syncFolder(folder));
  }
  open(path: string) {
    return this.attempt('open', async () => {
      const file = await nodeDisk.open(path);
      this.#files.push(file);
      return {
        write: async (bytes: Uint8Array) => {
          if (this.failing.has('write')) await file.write(bytes.subarray(0, bytes.length / 2));
          await this.attempt('write', () => file.write(bytes));
        },
        sync: () => {
          this.syncCount += 1;
          return this.attempt('sync', () => file.sync());
        },
        truncate: (length: number) => this.attempt('truncate', () => file.truncate(length)),
        close: () => file.close(),
      };
    });
  }
  /** After this, nothing is written any more: the process that used this disk has ended. */
  die() {
    this.#dead = true;
  }
  async closeAll() {
    await Promise.allSettled(this.#files.map((file) => file.close()));
  }
  private async attempt<T>(step: Step, work: () => Promise<T>): Promise<T> {
    if (this.#dead || this.failing.has(step)) throw new Error(`ENOSPC: no space left on device, ${step}`);
    return work();
  }
}
