import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { legible, setText, UNDRAWABLE } from '../../render/pdf/paragraph.ts';
import { STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { describeMovements, splitAmount } from '../format.ts';

/** Draws how to read the statement, on one page. */
export function drawGuide(page: PageWriter, doc: StatementDocument, attachments: readonly string[]): void {
  const style = STYLE.quietBody;
  const heading = setText('How to read this statement', { style: STYLE.heading, width: WIDTH });
  const blocks = sentences(doc, attachments).map((text) => setText(text, { style, width: WIDTH }));
  page.ensureSpace(blocks.reduce((sum, { height }) => sum + height + 4, heading.height + 4));
  page.write('H2', heading);
  for (const block of blocks) {
    page.y += 4;
    page.write('P', block);
  }
}

function sentences(doc: StatementDocument, attachments: readonly string[]): string[] {
  const { currency, rounding, seal, lines } = doc;
  const exact = (amount: string) => {
    const { main, tail } = splitAmount(amount, currency);
    return `${currency}\u00a0${main}${tail}`;
  };
  const finer = lines.some(
    (line) => splitAmount(line.gross_exact, currency).tail || splitAmount(line.platform_fee_exact, currency).tail,
  );
  const terms =
    '“Gross” is the amount before the platform fee. The sentence below each line shows how your amount is calculated.' +
    (finer ? ` Grey digits are fractions of the smallest unit of ${currency} that can be paid out.` : '');
  const carried =
    `Fractions that are too small to pay out are not lost: they are carried forward. ${exact(rounding.carried_in_exact)} was carried ` +
    `forward from earlier statements, and the lines add up to exactly ${exact(rounding.lines_exact)}. Of this, ` +
    `${exact(rounding.lines)} is booked on this statement, and ${exact(rounding.carried_out_exact)} is carried forward to your next one.`;
  const files = `For your own calculations, the exact figures are attached to this file: ${attachments.join(' and ')}.`;
  const sealed = `The accounts of this period are closed. Anything recorded later appears on a later statement. Ledger seal (SHA-256): ${seal}`;
  const lacking = `${UNDRAWABLE} stands for characters that no font of this file has. The attached files contain the full text.`;
  return [...(lines.length > 0 ? [terms] : []), carried, files, sealed, ...(hasUndrawable(doc) ? [lacking] : [])];
}

function hasUndrawable({ issuer, creator, lines, payout_notices, payout_decision }: StatementDocument): boolean {
  const texts = [
    issuer.name,
    creator.name,
    payout_decision.explanation,
    ...payout_notices.map(({ explanation }) => explanation),
    ...lines.flatMap((line) => [line.asset_title, line.formula, describeMovements(line)]),
  ];
  return texts.some((text) => legible(text).includes(UNDRAWABLE));
}
