import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertDiskSpace } from '../../warehouse/disk-space.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { temporaryFolder } from './folder.ts';

const MEBIBYTE = 1024n * 1024n;

test('long work is refused on a disk with less than 512 MiB free, or half of the warehouse file', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'warehouse.duckdb');
  const stores = { folders: ['/data', '/documents'], file };
  const free = (mebibytes: bigint) => async (of: string) => (of === '/data' ? mebibytes : 9999n) * MEBIBYTE;
  await assertDiskSpace('The build', stores, free(512n));
  await expect(assertDiskSpace('The build', stores, free(511n))).rejects.toThrow(
    new Unavailable(
      'The build cannot be started: the disk of /data has 511 MiB free, and it may need 512 MiB; free some space and try again.',
    ),
  );
  await writeFile(file, '');
  // A sparse file, which takes no space.
  await truncate(file, 8 * 1024 ** 3);
  await expect(assertDiskSpace('The build', stores, free(4095n))).rejects.toThrow(
    '4,095 MiB free, and it may need 4,096',
  );
  await assertDiskSpace('The build', stores, free(4096n));
});

test('long work is not refused for a folder that does not exist yet, nor where the free space cannot be found out', async () => {
  await using folder = await temporaryFolder();
  await assertDiskSpace('The build', { folders: [join(folder.path, 'not', 'there')], file: undefined });
  await assertDiskSpace('The build', { folders: ['/data'], file: undefined }, async () => undefined);
});
