import { nodeDisk, type SpoolDisk } from '../../../ingest/spool/disk.ts';

/** A disk whose syncs wait until the test releases them; disposing it releases all. */
export function gatedDisk() {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const disk: SpoolDisk = {
    ...nodeDisk,
    async open(path) {
      const file = await nodeDisk.open(path);
      const sync = async () => {
        reached.resolve();
        await gate.promise;
        await file.sync();
      };
      return { ...file, sync };
    },
  };
  return { disk, reached: reached.promise, open: gate.resolve, [Symbol.dispose]: gate.resolve };
}
