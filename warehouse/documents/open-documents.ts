import type { S3Settings } from '../s3.ts';
import { documentsInBucket } from './bucket.ts';
import type { Documents } from './documents.ts';
import { documentsIn } from './folder.ts';

/** Where documents are stored: a plain value, which can be sent to a thread. */
export type DocumentsAddress =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly s3: S3Settings };

/** Opens nothing yet: the store is used from the first document on. */
export function openDocuments(address: DocumentsAddress): Documents {
  return address.kind === 'folder' ? documentsIn(address.folder) : documentsInBucket(address);
}
