import type { S3Settings } from '../../warehouse/s3.ts';
import { bucketFiles } from './bucket-files.ts';
import { openLocalFiles } from './local-files.ts';
import type { ObjectFiles } from './object-files.ts';
import { assertWithin, type Places } from './places.ts';

/**
 * The object files at `s3://bucket/prefix`, in a folder and its subfolders, or a single file. A prefix matches whole path
 * segments: `s3://b/logs` does not include `logs-of-tests/`. With `within`, nothing outside these places is read, not even through a
 * link. Throws `Rejected` for an address that does not exist or cannot be read.
 */
export async function objectFilesAt(
  address: string,
  { s3, within }: { s3: S3Settings; within?: Places },
): Promise<ObjectFiles> {
  if (within) assertWithin(address, within);
  return address.startsWith('s3:') ? bucketFiles(address, s3) : openLocalFiles(address, within);
}
