import PDFDocument from 'pdfkit';
import { takeInstant } from '../../ingest/load/warehouse-time.ts';
import { composeStatements } from '../../reports/statement/compose.ts';
import type { StatementDocument } from '../../reports/statement/document.ts';
import { renderStatement } from '../../reports/statement/render.ts';
import { build } from '../../transforms/engine/build.ts';
import { sealOf } from '../../transforms/ledger/seal.ts';
import { closes } from '../../transforms/ledger/tables.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { nextPeriod } from '../../warehouse/period.ts';
import { type Figure, paired, timed } from './measure.ts';
import { freshWarehouse, inFolder, loadReceipts, monthOfReceipts, PERIOD } from './month.ts';

const STATEMENTS = 60;

/** Statements per second in all four formats, against pdfkit drawing a fixed page of plain text. */
export async function benchStatements(): Promise<Figure> {
  const documents = await someStatements();
  const ours = async (): Promise<number> =>
    documents.length /
    (await timed(async () => {
      for (const document of documents) await renderStatement(document);
    }));
  const limit = async (): Promise<number> =>
    documents.length /
    (await timed(async () => {
      for (let page = 0; page < documents.length; page++) await fixedPage();
    }));
  return {
    name: 'statements',
    unit: 'statements/s',
    limitIs: 'pdfkit drawing a fixed page of plain text',
    ...(await paired(3, { ours, limit })),
  };
}

async function someStatements(): Promise<StatementDocument[]> {
  return inFolder(async (folder) => {
    const warehouse = await freshWarehouse(folder);
    await loadReceipts(warehouse, { receipts: monthOfReceipts(20_000), folder, time: timed });
    await warehouse.transaction(async (writer) => {
      await build(writer, PERIOD, { parts: ['books'] });
      const { seal, postings } = await sealOf(writer, { period: PERIOD, previousSeal: null });
      const close = { period: PERIOD, next_period: nextPeriod(PERIOD), closed_by: 'bench', seal, previous_seal: null };
      const cutoff_at = await takeInstant(writer, systemClock);
      await writer.append(closes, [{ ...close, posting_count: BigInt(postings), cutoff_at }]);
    });
    const documents: StatementDocument[] = [];
    for await (const document of composeStatements(warehouse, { period: PERIOD, issuerName: 'Tantieme Benchmark' })) {
      if (documents.push(document) === STATEMENTS) break;
    }
    await warehouse.close();
    return documents;
  });
}

function fixedPage(): Promise<Buffer> {
  return new Promise((resolve) => {
    const pdf = new PDFDocument({ size: 'A4' });
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    for (let line = 0; line < 40; line++) pdf.text(`Line ${line}: one asset, one licence, 12.50 USD`);
    pdf.end();
  });
}
