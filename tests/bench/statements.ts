import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { batchesOf, inOrder } from '../../jobs/in-order.ts';
import { STATEMENTS } from '../../jobs/issue-statements.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { composeStatement } from '../../reports/statement/compose.ts';
import { readStatements, type StatementSources } from '../../reports/statement/read.ts';
import { renderStatement } from '../../reports/statement/render.ts';
import type { DrawnText } from './bare-pdf-thread.ts';
import { closedMonth } from './closed-month.ts';
import { type Figure, paired, timed } from './measure.ts';
import { inFolder, PERIOD } from './month.ts';

const COUNT = 240;
/** As many as the job gives to a thread at once. */
const BATCH = 25;

/**
 * Statements per second from rows to bytes in all formats, proven and stored durably, by as many threads as there are processors; against
 * as many threads of bare pdfkit that draw the same text, without tags, tables and attachments, and store only the PDF. Needs pdftotext.
 */
export async function benchStatements(): Promise<Figure> {
  return inFolder(async (folder) => {
    const sources = await someSources(folder);
    const texts = sources.map(drawnText);
    const documents = { kind: 'folder', folder: join(folder, 'documents') } as const;
    const threads = availableParallelism();
    const renderer = documentRenderer({ threads, documents });
    const bare = new Piscina<readonly DrawnText[], void>({
      filename: new URL('bare-pdf-thread.ts', import.meta.url).href,
      workerData: documents,
      maxThreads: threads,
      execArgv: [],
    });
    const perSecond = async <T>(items: readonly T[], work: (batch: T[]) => Promise<unknown>): Promise<number> => {
      await rm(documents.folder, { recursive: true, force: true });
      const seconds = await timed(async () => {
        const batches = batchesOf(streamOf(items), BATCH);
        for await (const _ of inOrder(batches, { atOnce: renderer.atOnce, work }));
      });
      return items.length / seconds;
    };
    const figures = await paired(5, {
      ours: () => perSecond(sources, (batch) => renderer.store(STATEMENTS.entry, batch)),
      limit: () => perSecond(texts, (batch) => bare.run(batch)),
    });
    await renderer.close();
    await bare.destroy();
    return {
      name: 'statements',
      unit: 'statements/s',
      limitIs: `${threads} threads of bare pdfkit that draw the same text and store only that; the bound is 50 %`,
      ...figures,
    };
  });
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function someSources(folder: string): Promise<StatementSources[]> {
  const warehouse = await closedMonth(folder);
  const found: StatementSources[] = [];
  for await (const sources of readStatements(warehouse, { period: PERIOD, issuerName: 'Tantieme Benchmark' })) {
    if (found.push(sources) === COUNT) break;
  }
  await warehouse.close();
  return found;
}

/** What a reader sees on the pages of a statement. */
function drawnText(sources: StatementSources): DrawnText {
  const { pdf } = renderStatement(composeStatement(sources));
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
  return text
    .split('\f')
    .filter((page) => page.trim() !== '')
    .map((page) => page.split('\n').filter((line) => line.trim() !== ''));
}
