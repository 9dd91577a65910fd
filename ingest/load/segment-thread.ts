/** Run by the thread of `segment-loader.ts`. */
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../warehouse/errors.ts';
import { stageRows } from '../../warehouse/stage-rows.ts';
import type { LoadWriter } from './load-writer.ts';
import type { ThreadAnswer, ThreadRequest, WriterAnswer, WriterCall } from './segment-loader.ts';
import { loadRows, type SegmentRequest } from './segment-rows.ts';

export default async function load({ port, request }: ThreadRequest): Promise<ThreadAnswer> {
  try {
    return { loaded: await loadRows(openWriter(port, request), request) };
  } catch (error) {
    return { name: error instanceof Error ? error.name : '', message: messageOf(error) };
  } finally {
    port.close();
  }
}

/** A writer whose operations the other end of the port runs. Rows are prepared here. */
function openWriter(port: MessagePort, { engine, folder }: SegmentRequest): LoadWriter {
  const waiting = new Map<number, (answer: WriterAnswer) => void>();
  let last = 0;
  port.on('message', (answer: WriterAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const ask = async <T>(operation: WriterCall['operation'], ...parameters: readonly unknown[]): Promise<T> => {
    const id = ++last;
    const answer = await new Promise<WriterAnswer>((resolve) => {
      waiting.set(id, resolve);
      port.postMessage({ id, operation, parameters } satisfies WriterCall);
    });
    if ('problem' in answer) throw new Error(answer.problem);
    return answer.value as T;
  };
  return {
    query: (sql, parameters) => ask('query', sql, parameters),
    describe: (dataset) => ask('describe', dataset),
    migrate: (tables) => ask('migrate', tables),
    async append(table, rows) {
      if (rows.length > 0) await ask('appendStaged', table, await stageRows(table, rows, { engine, folder }));
    },
    appendStaged: (table, staged) => ask('appendStaged', table, staged),
    replaceRows: (table, rows) => ask('replaceRows', table, rows),
  };
}
