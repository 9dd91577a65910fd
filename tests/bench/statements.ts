import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';
import PDFDocument from 'pdfkit';
import { batchesOf, inOrder } from '../../jobs/in-order.ts';
import { composeStatements } from '../../reports/statement/compose.ts';
import type { StatementDocument } from '../../reports/statement/document.ts';
import { statementRenderer } from '../../reports/statement/renderer.ts';
import { documentsIn } from '../../warehouse/documents/folder.ts';
import { closedMonth } from './closed-month.ts';
import { type Figure, paired, timed } from './measure.ts';
import { inFolder, PERIOD } from './month.ts';

const FONT = '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf';
const STATEMENTS = 120;
/** As many as the job stores together. */
const BATCH = 25;

/**
 * Statements per second that one thread composes to bytes in all four formats, stored durably, against a plain page of pdfkit
 * with the same font embedded, stored the same way.
 */
export async function benchStatements(): Promise<Figure> {
  const documents = await someStatements();
  const renderer = statementRenderer({ threads: 1 });
  const font = create(readFileSync(fileURLToPath(import.meta.resolve(FONT))));
  const ours = (): Promise<number> =>
    perSecond(
      inOrder(streamOf(documents), { atOnce: renderer.atOnce, work: (document) => renderer.render(document) }),
      ({ json, csv, xlsx, pdf }) => [json, csv, xlsx, pdf],
    );
  const limit = (): Promise<number> =>
    perSecond(inOrder(streamOf(documents), { atOnce: 1, work: () => plainPage(font) }), (page) => [page]);
  const figures = await paired(5, { ours, limit });
  await renderer.close();
  return {
    name: 'statements',
    unit: 'statements/s',
    limitIs: 'pdfkit drawing a plain page with an embedded font, stored the same way',
    ...figures,
  };
}

/** How many are made and stored durably in a second. */
async function perSecond<T>(made: AsyncIterable<T>, filesOf: (one: T) => Uint8Array[]): Promise<number> {
  return inFolder(async (folder) => {
    const stored = documentsIn(folder);
    const seconds = await timed(async () => {
      let storing: Promise<unknown> = Promise.resolve();
      for await (const batch of batchesOf(made, BATCH)) {
        await storing;
        storing = stored.putAll(batch.flatMap(filesOf));
      }
      await storing;
    });
    return STATEMENTS / seconds;
  });
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function someStatements(): Promise<StatementDocument[]> {
  return inFolder(async (folder) => {
    const warehouse = await closedMonth(folder);
    const documents: StatementDocument[] = [];
    for await (const document of composeStatements(warehouse, { period: PERIOD, issuerName: 'Tantieme Benchmark' })) {
      if (documents.push(document) === STATEMENTS) break;
    }
    await warehouse.close();
    return documents;
  });
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
