import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';
import PDFDocument from 'pdfkit';
import { batchesOf, inOrder } from '../../jobs/in-order.ts';
import { readStatements, type StatementSources } from '../../reports/statement/read.ts';
import { statementRenderer } from '../../reports/statement/renderer.ts';
import { documentsIn } from '../../warehouse/documents/folder.ts';
import { closedMonth } from './closed-month.ts';
import { type Figure, paired, timed } from './measure.ts';
import { inFolder, PERIOD } from './month.ts';

const FONT = '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf';
const STATEMENTS = 120;
/** As many as the job gives to a thread at once. */
const BATCH = 25;

/**
 * Statements per second that one thread makes from rows to bytes in all four formats, stored durably, against a plain page of
 * pdfkit with the same font embedded, stored the same way.
 */
export async function benchStatements(): Promise<Figure> {
  return inFolder(async (folder) => {
    const sources = await someSources(folder);
    const documentsFolder = join(folder, 'documents');
    const stored = documentsIn(documentsFolder);
    const renderer = statementRenderer({ threads: 1, documentsFolder });
    const font = create(readFileSync(fileURLToPath(import.meta.resolve(FONT))));
    const perSecond = async (work: () => Promise<void>): Promise<number> => {
      await rm(documentsFolder, { recursive: true, force: true });
      return STATEMENTS / (await timed(work));
    };
    const figures = await paired(5, {
      ours: () =>
        perSecond(async () => {
          const batches = batchesOf(streamOf(sources), BATCH);
          for await (const _ of inOrder(batches, { atOnce: renderer.atOnce, work: renderer.store }));
        }),
      limit: () =>
        perSecond(async () => {
          const pages = inOrder(streamOf(sources), { atOnce: 1, work: () => plainPage(font) });
          let storing: Promise<unknown> = Promise.resolve();
          for await (const batch of batchesOf(pages, BATCH)) {
            await storing;
            storing = stored.putAll(batch);
          }
          await storing;
        }),
    });
    await renderer.close();
    return {
      name: 'statements',
      unit: 'statements/s',
      limitIs: 'pdfkit drawing a plain page with an embedded font, stored the same way',
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
    if (found.push(sources) === STATEMENTS) break;
  }
  await warehouse.close();
  return found;
}

let page = 0;

/** Numbered, because equal pages would be stored once. */
function plainPage(font: Font): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4', font: '' });
  pdf.registerFont('plain', font);
  pdf.font('plain').text(`Page ${page++}`);
  for (let line = 0; line < 40; line++) pdf.text(`Line ${line}: one asset, one licence, 12.50 USD`);
  pdf.end();
  return buffer(pdf);
}
