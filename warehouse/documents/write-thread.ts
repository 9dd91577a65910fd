/** Run by the thread of `in-thread.ts`. */
import { workerData } from 'node:worker_threads';
import { type DocumentsAddress, openDocuments } from './open-documents.ts';

const documents = openDocuments(workerData as DocumentsAddress);

export default function putAll(bytes: readonly Uint8Array[]): Promise<string[]> {
  return documents.putAll(bytes);
}
