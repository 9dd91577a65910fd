import { DETAILS_X, drawDetails } from '../../render/pdf/details.ts';
import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setName, setText } from '../../render/pdf/paragraph.ts';
import { PAGE, STYLE } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { languageOf } from '../language.ts';
import { hanOf } from './han.ts';

/** The most that a logo takes, in points. */
const LOGO = { width: 170, height: 42, gap: 8 } as const;
const LABEL_WIDTH = 50;

/** Draws the top of the first page: issuer, creator, period and the statement's details. */
export function drawHeader(page: PageWriter, doc: StatementDocument): void {
  const top = page.y;
  const { creator, issuer } = doc;
  const { say, dateRange } = languageOf(doc.locale);
  const width = DETAILS_X - PAGE.left - 24;
  const style = { ...STYLE.name, han: hanOf(doc) };
  drawLogo(page, doc);
  page.write('P', setText(issuer.name, { style: STYLE.issuer, width, maxLines: 4 }));
  for (const text of issuerLines(doc)) page.write('P', setText(text, { style: STYLE.label, width, maxLines: 4 }));
  page.y += 10;
  page.write('H1', setText(say.title, { style: STYLE.title, width }));
  page.y += 6;
  page.write('P', setName(creator.name, creator.creator_id, { style, width, maxLines: 8 }));
  page.write('P', setText(dateRange(doc.period_starts_on, doc.period_ends_on), { style: STYLE.period, width }));
  const bottom = drawDetails(page, detailsOf(doc), { top, labelWidth: LABEL_WIDTH });
  page.y = Math.max(page.y, bottom) + 22;
}

/** The logo above the name of the issuer; nothing if it has none. */
function drawLogo(page: PageWriter, { issuer, locale }: StatementDocument): void {
  if (issuer.logo === undefined) return;
  const image = page.pdf.openImage(Buffer.from(issuer.logo.base64, 'base64'));
  const scale = Math.min(LOGO.width / image.width, LOGO.height / image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  const [alt, x, y] = [languageOf(locale).say.issuer.logo(issuer.name), PAGE.left, page.y];
  page.mark(page.root, 'Figure', { alt, bbox: [x, y, x + width, y + height] }, () => {
    page.pdf.image(image, x, y, { width, height });
  });
  page.y += height + LOGO.gap;
}

/** The address of the issuer as one line, and its numbers and contact as another. */
function issuerLines({ issuer, locale }: StatementDocument): string[] {
  const { taxId, vatId } = languageOf(locale).say.issuer;
  const { address = [], tax_id, vat_id, registration, contact } = issuer;
  const numbers = [tax_id && taxId(tax_id), vat_id && vatId(vat_id), registration, contact];
  return [address, numbers].map((parts) => parts.filter(Boolean).join(' · ')).filter((text) => text !== '');
}

function detailsOf(doc: StatementDocument): (readonly [string, string])[] {
  const { say, day } = languageOf(doc.locale);
  const details = [
    [say.details.statement, doc.statement_id],
    [say.details.issuedOn, day(doc.closed_at)],
    [say.details.currency, doc.currency],
    [say.details.creator, doc.creator.creator_id],
    [say.details.country, doc.creator.country],
  ] as const;
  return details.filter(([, text]) => text !== '');
}
