/** Run by each thread of the pool in `renderer.ts`. */
import { workerData } from 'node:worker_threads';
import { documentsInThread } from '../../warehouse/documents/in-thread.ts';
import { messageOf } from '../../warehouse/errors.ts';
import type { StatementSources } from './read.ts';
import type { Answer, ThreadData } from './renderer.ts';
import { storeStatements } from './store.ts';

const { documentsFolder } = workerData as ThreadData;
const documents = documentsInThread(documentsFolder);

export default async function store(batch: readonly StatementSources[]): Promise<Answer> {
  try {
    return { outcomes: await storeStatements(batch, documents) };
  } catch (error) {
    return { unavailable: messageOf(error) };
  }
}
