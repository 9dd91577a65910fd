import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { legibleName, setText } from '../../render/pdf/paragraph.ts';
import { COLOUR, PAGE, STYLE } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { dayInWords, daysInWords } from '../format.ts';

const FACTS = { x: PAGE.right - 196, width: 196, label: 50 } as const;

/** The head of the first page: who states what, to whom and for when. */
export function drawHeader(page: PageWriter, doc: StatementDocument): void {
  page.decorate(() => page.pdf.rect(0, 0, PAGE.width, 7).fill(COLOUR.accent));
  page.y = 46;
  const top = page.y;
  const { creator, issuer } = doc;
  const width = FACTS.x - PAGE.left - 24;
  const name = legibleName(creator.name, creator.creator_id);
  page.write('P', setText(issuer.name, { style: STYLE.issuer, width, maxLines: 4 }));
  page.y += 10;
  page.write('H1', setText('Royalty statement', { style: STYLE.title, width }));
  page.y += 6;
  page.write('P', setText(name, { style: STYLE.name, width, maxLines: 8, actual: creator.name }));
  page.write('P', setText(daysInWords(doc.period_starts_on, doc.period_ends_on), { style: STYLE.period, width }));
  const bottom = drawFacts(page, doc, top);
  page.y = Math.max(page.y, bottom) + 22;
}

function drawFacts(page: PageWriter, doc: StatementDocument, top: number): number {
  const facts = [
    ['Statement', doc.statement_id],
    ['Issued on', dayInWords(doc.closed_at)],
    ['Currency', doc.currency],
    ['Creator', doc.creator.creator_id],
    ['Country', doc.creator.country],
  ] as const;
  let y = top + 1;
  for (const [label, value] of facts.filter(([, text]) => text !== '')) {
    const name = setText(label, { style: STYLE.label, width: FACTS.label });
    const text = setText(value, { style: STYLE.value, width: FACTS.width - FACTS.label });
    const at = y;
    page.mark(page.root, 'P', {}, () => {
      page.drawText(name, { x: FACTS.x, y: at });
      page.drawText(text, { x: FACTS.x + FACTS.label, y: at });
    });
    y += text.height + 3;
  }
  return y;
}
