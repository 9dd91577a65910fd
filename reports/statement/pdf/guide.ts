import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { legible, setText, UNDRAWABLE } from '../../render/pdf/paragraph.ts';
import { STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument } from '../document.ts';
import { figure } from '../format.ts';

/** How to read the statement, kept together on one page. */
export function drawGuide(page: PageWriter, doc: StatementDocument, attachments: readonly string[]): void {
  const style = STYLE.quietBody;
  const heading = setText('How to read this', { style: STYLE.heading, width: WIDTH });
  const blocks = sentences(doc, attachments).map((text) => setText(text, { style, width: WIDTH }));
  page.makeRoom(blocks.reduce((sum, { height }) => sum + height + 4, heading.height + 4));
  page.write('H2', heading);
  for (const block of blocks) {
    page.y += 4;
    page.write('P', block);
  }
}

function sentences(doc: StatementDocument, attachments: readonly string[]): string[] {
  const { currency, rounding, seal, lines } = doc;
  const exact = (amount: string) => {
    const { main, tail } = figure(amount, currency);
    return `${currency}\u00a0${main}${tail}`;
  };
  const finer = lines.some(
    (line) => figure(line.gross_exact, currency).tail || figure(line.platform_fee_exact, currency).tail,
  );
  const terms =
    'Gross is before the platform’s fee; the sentence under each line says how it led to the amount that you are owed.' +
    (finer ? ` Digits in grey are smaller than what can be paid out in ${currency}.` : '');
  const carried =
    `Fractions too small to pay are never lost. ${exact(rounding.carried_in_exact)} was carried in from before, the lines come to ` +
    `${exact(rounding.lines_exact)}, ${exact(rounding.lines)} was booked, and ${exact(rounding.carried_out_exact)} is carried to ` +
    'your next statement.';
  const files = `The exact figures are attached to this file for your own calculations: ${attachments.join(' and ')}.`;
  const sealed = `The books of this period are closed. What becomes known later comes on a later statement. Their seal (SHA-256): ${seal}`;
  const lacking = `${UNDRAWABLE} stands for characters that this typeface lacks; the attached files hold them in full.`;
  return [...(lines.length > 0 ? [terms] : []), carried, files, sealed, ...(lacksCharacters(doc) ? [lacking] : [])];
}

function lacksCharacters({ issuer, creator, lines, payout_decision }: StatementDocument): boolean {
  const texts = [
    issuer.name,
    creator.name,
    payout_decision.explanation,
    ...lines.flatMap((line) => [line.asset_title, line.formula]),
  ];
  return texts.some((text) => legible(text).includes(UNDRAWABLE));
}
