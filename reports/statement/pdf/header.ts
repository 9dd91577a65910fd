import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setName, setText } from '../../render/pdf/paragraph.ts';
import { COLOUR, PAGE, STYLE } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { hanOf } from '../format.ts';
import { languageOf } from '../language.ts';

const DETAILS = { x: PAGE.right - 196, width: 196, label: 50 } as const;

/** Draws the top of the first page: issuer, creator, period and the statement's details. */
export function drawHeader(page: PageWriter, doc: StatementDocument): void {
  page.decorate(() => page.pdf.rect(0, 0, PAGE.width, 7).fill(COLOUR.accent));
  page.y = 46;
  const top = page.y;
  const { creator, issuer } = doc;
  const { say, dateRange } = languageOf(doc.locale);
  const width = DETAILS.x - PAGE.left - 24;
  const style = { ...STYLE.name, han: hanOf(doc) };
  page.write('P', setText(issuer.name, { style: STYLE.issuer, width, maxLines: 4 }));
  page.y += 10;
  page.write('H1', setText(say.title, { style: STYLE.title, width }));
  page.y += 6;
  page.write('P', setName(creator.name, creator.creator_id, { style, width, maxLines: 8 }));
  page.write('P', setText(dateRange(doc.period_starts_on, doc.period_ends_on), { style: STYLE.period, width }));
  const bottom = drawDetails(page, doc, top);
  page.y = Math.max(page.y, bottom) + 22;
}

function drawDetails(page: PageWriter, doc: StatementDocument, top: number): number {
  const { say, day } = languageOf(doc.locale);
  const details = [
    [say.details.statement, doc.statement_id],
    [say.details.issuedOn, day(doc.closed_at)],
    [say.details.currency, doc.currency],
    [say.details.creator, doc.creator.creator_id],
    [say.details.country, doc.creator.country],
  ] as const;
  let y = top + 1;
  for (const [label, value] of details.filter(([, text]) => text !== '')) {
    const name = setText(label, { style: STYLE.label, width: DETAILS.label });
    const text = setText(value, { style: STYLE.value, width: DETAILS.width - DETAILS.label });
    const at = y;
    page.mark(page.root, 'P', {}, () => {
      page.drawText(name, { x: DETAILS.x, y: at });
      page.drawText(text, { x: DETAILS.x + DETAILS.label, y: at });
    });
    y += text.height + 3;
  }
  return y;
}
