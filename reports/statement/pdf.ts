import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { PageWriter } from '../render/pdf/page-writer.ts';
import { legibleName } from '../render/pdf/paragraph.ts';
import { typefaces } from '../render/pdf/typeface.ts';
import { renderCsv } from './csv.ts';
import type { StatementDocument } from './document.ts';
import { monthInWords } from './format.ts';
import { renderJson } from './json.ts';
import { drawBars } from './pdf/bars.ts';
import { drawGuide } from './pdf/guide.ts';
import { drawHeader } from './pdf/header.ts';
import { drawLines } from './pdf/lines.ts';
import { drawOverview } from './pdf/overview.ts';
import { drawPayouts } from './pdf/payouts.ts';

/**
 * The statement as pages for its creator: tagged, fonts embedded, with its JSON and its CSV attached. It targets PDF/A-3a.
 * Equal documents have equal bytes: every date in it is that of closing. Throws `InvariantBroken` for a statement that
 * doesn't add up.
 */
export async function renderPdf(doc: StatementDocument): Promise<Buffer> {
  const month = monthInWords(doc.period);
  // pdfkit writes the title into XML as it is.
  const fileId = doc.statement_id.replace(/[^\w.-]/g, '_');
  const closedAt = new Date(doc.closed_at);
  const pdf = new PDFDocument({
    autoFirstPage: false,
    bufferPages: true,
    displayTitle: true,
    font: '',
    info: {
      Title: `Royalty statement for ${month} (${fileId})`,
      Producer: 'Tantieme',
      Creator: 'Tantieme',
      CreationDate: closedAt,
    },
    lang: 'en',
    margin: 0,
    pdfVersion: '1.7',
    size: 'A4',
    subset: 'PDF/A-3a',
    tagged: true,
  });
  pdf.registerFont('regular', typefaces.regular.font);
  pdf.registerFont('strong', typefaces.strong.font);

  const dates = { creationDate: closedAt, modifiedDate: closedAt };
  const name = `royalty-statement-${fileId}`;
  const json = { name: `${name}.json`, type: 'application/json', description: 'The same statement as JSON', ...dates };
  const csv = { name: `${name}.csv`, type: 'text/csv', description: 'Its figures as one table', ...dates };
  pdf.file(renderJson(doc), { ...json, relationship: 'Alternative' });
  pdf.file(renderCsv(doc), { ...csv, relationship: 'Data' });

  const page = new PageWriter(pdf);
  drawHeader(page, doc);
  drawOverview(page, doc);
  drawBars(page, doc);
  drawLines(page, doc);
  drawPayouts(page, doc);
  drawGuide(page, doc, [csv.name, json.name]);
  const creator = legibleName(doc.creator.name, doc.creator.creator_id);
  page.finish({
    head: [`Royalty statement for ${month} · ${creator}`, doc.statement_id],
    foot: `Books sealed: ${doc.seal.slice(0, 16)}…`,
  });
  pdf.end();
  return buffer(pdf);
}
