/** Run by the thread of `in-thread.ts`. */
import { workerData } from 'node:worker_threads';
import { documentsIn } from './folder.ts';

const documents = documentsIn(String(workerData));

export default function putAll(bytes: readonly Uint8Array[]): Promise<string[]> {
  return documents.putAll(bytes);
}
