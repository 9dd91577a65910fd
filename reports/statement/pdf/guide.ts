import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { legible, setText, UNDRAWABLE } from '../../render/pdf/paragraph.ts';
import { STYLE, WIDTH } from '../../render/pdf/theme.ts';
import { describeMovements } from '../describe-line.ts';
import type { StatementDocument } from '../document.ts';
import { languageOf } from '../language.ts';

/** Draws how to read the statement, on one page. */
export function drawGuide(page: PageWriter, doc: StatementDocument, attachments: readonly string[]): void {
  const style = STYLE.quietBody;
  const heading = setText(languageOf(doc.locale).say.guide.title, { style: STYLE.heading, width: WIDTH });
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
  const { say, split, beside } = languageOf(doc.locale);
  const { guide } = say;
  const exact = (amount: string) => {
    const { main, tail } = split(amount, currency);
    return beside(currency, main + tail, '\u00a0');
  };
  const finer = lines.some(
    (line) => split(line.gross_exact, currency).tail || split(line.platform_fee_exact, currency).tail,
  );
  const carried = guide.carried({
    carriedIn: exact(rounding.carried_in_exact),
    exact: exact(rounding.lines_exact),
    booked: exact(rounding.lines),
    carriedOut: exact(rounding.carried_out_exact),
  });
  return [
    ...(lines.length > 0 ? [finer ? `${guide.terms} ${guide.finer(currency)}` : guide.terms] : []),
    ...[carried, guide.files(attachments), guide.sealed(seal)],
    ...(hasUndrawable(doc) ? [guide.lacking(UNDRAWABLE)] : []),
  ];
}

function hasUndrawable(doc: StatementDocument): boolean {
  const { issuer, creator, lines, payout_notices, payout_decision } = doc;
  const language = languageOf(doc.locale);
  const texts = [
    ...[issuer.name, ...(issuer.address ?? []), issuer.registration ?? '', issuer.contact ?? ''],
    creator.name,
    payout_decision.explanation,
    ...payout_notices.map(({ explanation }) => explanation),
    ...lines.flatMap((line) => [line.asset_title, line.formula, describeMovements(line, language)]),
  ];
  return texts.some((text) => legible(text).includes(UNDRAWABLE));
}
