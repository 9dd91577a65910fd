import { PageWriter } from '../render/pdf/page-writer.ts';
import { legibleName } from '../render/pdf/paragraph.ts';
import { openTaggedPdf } from '../render/pdf/tagged-pdf.ts';
import { renderCsv } from './csv.ts';
import type { StatementDocument } from './document.ts';
import { renderJson } from './json.ts';
import { languageOf } from './language.ts';
import { drawBars } from './pdf/bars.ts';
import { drawGuide } from './pdf/guide.ts';
import { drawHeader } from './pdf/header.ts';
import { drawLines } from './pdf/lines.ts';
import { drawOverview } from './pdf/overview.ts';
import { drawPayouts } from './pdf/payouts.ts';
import { drawTaxes } from './pdf/taxes.ts';

/** The other forms of the statement, which are attached. */
export interface Attached {
  readonly json: Buffer;
  readonly csv: Buffer;
}

/**
 * The statement as a tagged PDF for the creator, with embedded fonts and with the JSON and CSV forms attached: PDF/A-3a
 * and PDF/UA-1, which veraPDF checks. Equal documents have equal bytes, because every date in the file is the date of closing. Throws
 * `InvariantBroken` for a statement that does not add up.
 */
export function renderPdf(doc: StatementDocument, attached: Attached = attachedTo(doc)): Buffer {
  const { say, month } = languageOf(doc.locale);
  const title = say.titleOf(month(doc.period));
  const fileId = doc.statement_id.replace(/[^\w.-]/g, '_');
  const closedAt = new Date(doc.closed_at);
  const pdf = openTaggedPdf({ title: `${title} (${fileId})`, at: closedAt, lang: doc.locale });

  const dates = { creationDate: closedAt, modifiedDate: closedAt };
  const name = `royalty-statement-${fileId}`;
  const json = { name: `${name}.json`, type: 'application/json', description: say.attached.json, ...dates };
  const csv = {
    name: `${name}.csv`,
    type: 'text/csv',
    description: say.attached.csv,
    ...dates,
  };
  pdf.file(attached.json, { ...json, relationship: 'Alternative' });
  pdf.file(attached.csv, { ...csv, relationship: 'Data' });

  const page = new PageWriter(pdf);
  drawHeader(page, doc);
  drawOverview(page, doc);
  drawBars(page, doc);
  drawLines(page, doc);
  drawTaxes(page, doc);
  drawPayouts(page, doc);
  drawGuide(page, doc, [csv.name, json.name]);
  const creator = legibleName(doc.creator.name, doc.creator.creator_id);
  page.finish({
    head: [`${title} · ${creator}`, doc.statement_id],
    foot: say.foot(doc.seal.slice(0, 16)),
  });
  return pdf.toBytes();
}

function attachedTo(doc: StatementDocument): Attached {
  return { json: renderJson(doc), csv: renderCsv(doc) };
}
