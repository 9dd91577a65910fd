import { bucketFiles, type S3Settings } from './bucket-files.ts';
import { localFiles } from './local-files.ts';
import type { ObjectFiles } from './object-files.ts';

/**
 * The object files at `s3://bucket/prefix`, in a folder and its subfolders, or a single file. A prefix matches whole path
 * segments: `s3://b/logs` does not include `logs-of-tests/`. Throws `Rejected` for an address that does not exist or cannot be
 * read.
 */
export async function objectFilesAt(address: string, { s3 }: { s3: S3Settings }): Promise<ObjectFiles> {
  return address.startsWith('s3:') ? bucketFiles(address, s3) : localFiles(address);
}
