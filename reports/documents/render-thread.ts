/** Run by each thread of the pool in `renderer.ts`. */
import { workerData } from 'node:worker_threads';
import { documentsInThread } from '../../warehouse/documents/in-thread.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { loadRender } from './load-render.ts';
import type { Answer, RenderRequest, ThreadData } from './renderer.ts';
import { storeDocuments } from './store.ts';

const documents = documentsInThread((workerData as ThreadData).documents);

export default async function store({ entry, batch }: RenderRequest): Promise<Answer> {
  const render = await loadRender(entry);
  try {
    return { outcomes: await storeDocuments(batch, { render, documents }) };
  } catch (error) {
    return { unavailable: messageOf(error) };
  }
}
