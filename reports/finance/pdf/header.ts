import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setText } from '../../render/pdf/paragraph.ts';
import { COLOUR, PAGE, SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import { formatMonth } from '../../statement/format.ts';
import type { FinanceReport } from '../document.ts';
import { overrideInWords } from '../override-sentence.ts';

const INSET = 13;

const VERDICTS: Readonly<Record<string, string>> = {
  incomplete: 'Incomplete',
  breaks: 'Breaks',
  warnings: 'Reconciled, with warnings',
  pending: 'Pending',
  reconciled: 'Reconciled',
};

/** What the report is about: with the bank where it has a break of one. */
export const titleOf = ({ breaks }: FinanceReport): string =>
  `Reconciliation with Stripe${breaks.some(({ break_class }) => break_class.startsWith('bank_')) ? ' and the bank' : ''}`;

/** Draws the top of the first page: issuer, month, verdict and the numbers of breaks. */
export function drawHeader(page: PageWriter, report: FinanceReport): void {
  page.write('P', setText(report.issuer, { style: STYLE.issuer, width: WIDTH, maxLines: 3 }));
  page.y += 10;
  page.write('H1', setText(titleOf(report), { style: STYLE.title, width: WIDTH }));
  page.write('P', setText(`${formatMonth(report.period)}, in UTC`, { style: STYLE.period, width: WIDTH }));
  page.y += 14;
  drawVerdict(page, report);
  page.y += SECTION_GAP;
}

function drawVerdict(
  page: PageWriter,
  { verdict, reason, breaks_by_state, comparison_overrides }: FinanceReport,
): void {
  const width = WIDTH - 2 * INSET;
  const { open, in_grace, acknowledged } = breaks_by_state;
  const counts = `Breaks: ${open} open · ${in_grace} in grace, which may clear by themselves · ${acknowledged} acknowledged`;
  const blocks = [
    ['H2', setText(VERDICTS[verdict] ?? verdict, { style: STYLE.amount, width })],
    ['P', setText(reason, { style: STYLE.body, width })],
    ['P', setText(counts, { style: STYLE.body, width })],
    ...comparison_overrides.map(
      (each) =>
        [
          'P',
          setText(`Paid without a new comparison: ${overrideInWords(each)}`, { style: STYLE.body, width }),
        ] as const,
    ),
  ] as const;
  const height = blocks.reduce((sum, [, block]) => sum + block.height, 0) + 2 * INSET;
  const top = page.y;
  page.decorate(() => page.pdf.roundedRect(PAGE.left, top, WIDTH, height, 5).fill(COLOUR.tint));
  let y = top + INSET;
  for (const [type, block] of blocks) {
    page.print(page.root, type, block, { x: PAGE.left + INSET, y });
    y += block.height;
  }
  page.y = top + height;
}
