import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setName, setText, widthOf } from '../../render/pdf/paragraph.ts';
import { COLOUR, PAGE, SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { earningsChart } from '../earnings-chart.ts';
import { languageOf } from '../language.ts';
import { hanOf } from './han.ts';

const LABEL = 168;
const GAP = 12;
const ROW = 18;
const BAR = 9;

/** Draws a bar chart of earnings by asset; draws nothing if nothing was earned. */
export function drawBars(page: PageWriter, doc: StatementDocument): void {
  const { say, digits, beside } = languageOf(doc.locale);
  const bars = earningsChart(doc).map((bar) => ({
    ...bar,
    name: setName(bar.label, bar.asset_id ?? '', {
      style: { ...STYLE.cell, han: hanOf(doc) },
      width: LABEL,
      maxLines: 1,
    }),
    figure: digits(bar.amount),
  }));
  if (bars.length === 0) return;
  const figureWidth = Math.max(...bars.map((bar) => widthOf(bar.figure, STYLE.figure)));
  const longest = WIDTH - LABEL - figureWidth - 2 * GAP;
  const height = bars.length * ROW;
  page.ensureSpace(STYLE.heading.leading + 6 + height);
  page.write('H2', setText(say.chart.title(doc.currency), { style: STYLE.heading, width: WIDTH }));
  page.y += 6;
  const top = page.y;
  const alt = say.chart.alternative(bars.map(({ label, figure }) => [label, beside(doc.currency, figure)]));
  page.mark(page.root, 'Figure', { alt, bbox: [PAGE.left, top, PAGE.right, top + height] }, () => {
    bars.forEach(({ asset_id, name, figure, fill }, i) => {
      const y = top + i * ROW;
      const middle = y + (ROW - STYLE.cell.leading) / 2;
      page.drawText(name, { x: PAGE.left, y: middle });
      const colour = asset_id === null ? COLOUR.rest : COLOUR.bar;
      const length = Math.max(fill * longest, 1);
      page.pdf.rect(PAGE.left + LABEL + GAP, y + (ROW - BAR) / 2, length, BAR).fill(colour);
      const amount = setText(figure, { style: STYLE.figure, width: figureWidth + 1, align: 'right' });
      page.drawText(amount, { x: PAGE.right - figureWidth - 1, y: middle });
    });
  });
  page.y = top + height + SECTION_GAP;
}
