import { existsSync, linkSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeDisk, type SpoolDisk, type SpoolFile } from '../../../ingest/spool/disk.ts';
import type { CrashPlan } from './crash-plan.ts';

/** A file in use, and how much of it would survive a power cut. */
interface Tracked {
  path: string;
  durable_bytes: number;
}

/** Long enough for an answer that does not wait for the disk to leave the process. */
const SLOW_SYNC_MS = 25;

/**
 * The real disk, on which the process can crash at any step. When the power goes with it, bytes that were not synced are cut
 * off, and names that were made, changed or removed since their folder was last synced are as before: all or some of them.
 */
export class CrashingDisk implements SpoolDisk {
  readonly #plan: CrashPlan;
  /** Where removed files are kept in case a power cut brings them back. */
  readonly #removedFolder: string;
  readonly #files = new Set<Tracked>();
  /** How to undo what was done to names and is not durable yet, in the order in which it was done. */
  #undos: (() => void)[] = [];
  #removedCount = 0;
  makeFolder = nodeDisk.makeFolder;
  names = nodeDisk.names;

  constructor(plan: CrashPlan, removedFolder: string) {
    this.#plan = plan;
    this.#removedFolder = removedFolder;
    plan.onPowerCut = (kept) => this.#loseWhatIsNotSynced(kept);
  }

  list(folder: string) {
    return this.#plan.pass('list', () => nodeDisk.list(folder));
  }

  read(path: string) {
    return this.#plan.pass('read', () => nodeDisk.read(path));
  }

  open(path: string): Promise<SpoolFile> {
    return this.#plan.pass('open', async () => {
      const isNew = !existsSync(path);
      const file = await nodeDisk.open(path);
      if (isNew) this.#undos.push(() => rmSync(path));
      const tracked = { path, durable_bytes: statSync(path).size };
      this.#files.add(tracked);
      return this.#crashing(file, tracked);
    });
  }

  rename(from: string, to: string) {
    return this.#plan.pass('rename', async () => {
      await nodeDisk.rename(from, to);
      for (const tracked of this.#files) if (tracked.path === from) tracked.path = to;
      this.#undos.push(() => renameSync(to, from));
    });
  }

  remove(path: string) {
    return this.#plan.pass('remove', async () => {
      if (!existsSync(path)) return;
      const kept = join(this.#removedFolder, String(this.#removedCount++));
      linkSync(path, kept);
      await nodeDisk.remove(path);
      this.#undos.push(() => renameSync(kept, path));
    });
  }

  syncFolder(folder: string) {
    return this.#plan.pass('syncFolder', async () => {
      const done = this.#undos.length;
      await nodeDisk.syncFolder(folder);
      this.#undos = this.#undos.slice(done);
    });
  }

  #crashing(file: SpoolFile, tracked: Tracked): SpoolFile {
    return {
      write: (bytes) =>
        this.#plan.pass(
          'write',
          () => file.write(bytes),
          (kept) => file.write(bytes.subarray(0, Math.floor(bytes.length * kept))),
        ),
      sync: () =>
        this.#plan.pass(
          'sync',
          async () => {
            const { size } = statSync(tracked.path);
            await file.sync();
            tracked.durable_bytes = size;
          },
          async () => wait(SLOW_SYNC_MS),
        ),
      truncate: (length) =>
        this.#plan.pass('truncate', async () => {
          await file.truncate(length);
          tracked.durable_bytes = Math.min(tracked.durable_bytes, length);
        }),
      close: () => file.close(),
    };
  }

  #loseWhatIsNotSynced(kept: number): void {
    for (const { path, durable_bytes } of this.#files) {
      if (!existsSync(path)) continue;
      const loose = statSync(path).size - durable_bytes;
      if (loose > 0) truncateSync(path, durable_bytes + Math.floor(loose * kept));
    }
    const from = Math.floor((this.#undos.length + 1) * kept);
    for (const undo of this.#undos.slice(from).reverse()) undo();
  }
}
