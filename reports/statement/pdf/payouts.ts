import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setFitting, setText } from '../../render/pdf/paragraph.ts';
import { type Column, drawTable, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { type Language, languageOf } from '../language.ts';

const columnsOf = (day: string, record: string, { say }: Language): readonly Column[] => [
  { title: day, x: 0, width: 80, align: 'left' },
  { title: say.payouts.balanceOf, x: 86, width: 78, align: 'left' },
  { title: say.payouts.payout, x: 170, width: 136, align: 'left' },
  { title: record, x: 312, width: 118, align: 'left' },
  { title: say.lines.amount, x: 436, width: WIDTH - 436, align: 'right' },
];

/** Draws the payouts of the period, what came back of payouts, and what became of others; draws nothing if there are none, because the summary shows that. */
export function drawPayouts(page: PageWriter, doc: StatementDocument): void {
  const { currency, summary } = doc;
  const language = languageOf(doc.locale);
  const say = language.say.payouts;
  drawMoved(page, {
    language,
    title: say.title(currency),
    columns: columnsOf(say.sentOn, say.transfer, language),
    moved: doc.payouts.map(({ sent_on, transfer_id_stripe, ...payout }) => ({
      ...{ ...payout, on: sent_on, record: transfer_id_stripe },
    })),
    total: [say.total, summary.payouts],
  });
  drawMoved(page, {
    language,
    title: say.reversedTitle(currency),
    columns: columnsOf(say.reversedOn, say.reversal, language),
    moved: doc.payout_reversals.map(({ reversed_on, reversal_id_stripe, ...reversal }) => ({
      ...{ ...reversal, on: reversed_on, record: reversal_id_stripe },
    })),
    total: [say.totalReversed, summary.payout_reversals],
  });
  drawNotices(page, doc, language);
}

function drawNotices(page: PageWriter, { payout_notices, currency }: StatementDocument, language: Language): void {
  if (payout_notices.length === 0) return;
  const { say, day, digits } = language;
  const on: Column = { title: say.payouts.on, x: 0, width: 80, align: 'left' };
  const what: Column = { title: say.payouts.whatBecame, x: 86, width: 344, align: 'left' };
  const amount: Column = { title: say.lines.amount, x: 436, width: WIDTH - 436, align: 'right' };
  const rows: Row[] = payout_notices.map((notice) => ({
    kind: 'line',
    cells: [
      [setText(day(notice.noticed_on), { style: STYLE.cell, width: on.width })],
      [
        setText(notice.explanation, { style: STYLE.cell, width: what.width }),
        setText(notice.payout_id, { style: STYLE.id, width: what.width }),
      ],
      [setFitting(digits(notice.amount), { style: STYLE.figure, width: amount.width, align: 'right' })],
    ],
  }));
  drawTable(page, { title: say.payouts.noticesTitle(currency), columns: [on, what, amount], rows });
  page.y += SECTION_GAP;
}

interface Moved {
  readonly language: Language;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly moved: readonly {
    readonly on: string;
    readonly paid_period: string;
    readonly payout_id: string;
    readonly record: string;
    readonly amount: string;
  }[];
  readonly total: readonly [string, string];
}

function drawMoved(page: PageWriter, { language, title, columns, moved, total: [totalOf, sum] }: Moved): void {
  if (moved.length === 0) return;
  const { day, month, digits } = language;
  const cells = (texts: readonly string[], amount: string, strong: boolean): Row['cells'] =>
    columns.map(({ width, align }, i) => {
      const text = texts[i];
      if (align === 'right')
        return [setFitting(amount, { style: strong ? STYLE.figureStrong : STYLE.figure, width, align })];
      return text === undefined
        ? []
        : [setText(text, { style: strong ? STYLE.cellStrong : i < 2 ? STYLE.cell : STYLE.id, width })];
    });
  const rows: Row[] = moved.map(({ on, paid_period, payout_id, record, amount }) => {
    const texts = [day(on), month(paid_period), payout_id, record];
    return { kind: 'line', cells: cells(texts, digits(amount), false) };
  });
  const total: Row = { kind: 'total', cells: cells([totalOf], digits(sum), true) };
  drawTable(page, { title, columns, rows: [...rows, total] });
  page.y += SECTION_GAP;
}
