import { invariant } from '../../warehouse/invariant.ts';
import { FORMATS_OF } from '../statement/format.ts';
import { basesOf, taxOf } from './check-tax.ts';
import type { InvoiceDraft } from './draft.ts';
import { INVOICE_KINDS, type Invoice, type InvoiceKind, type InvoiceLine } from './invoice.ts';
import { INVOICE_WORDS } from './words.ts';

interface CreditParts {
  readonly invoice_id: string;
  /** The month for which it is issued. */
  readonly period: string;
  readonly lines: readonly Omit<InvoiceLine, 'tax'>[];
  /** Where it is not computed of the sum. */
  readonly tax_minor?: bigint;
  /** What only this credit note says. */
  readonly notes?: readonly string[];
}

/**
 * A credit note that reduces an invoice: with its parties, currency, tax, terms and language, whatever is decided now (Article 90 and 219 of
 * Directive 2006/112/EC: it amends the initial invoice).
 */
export function creditOf(original: Invoice, parts: CreditParts): InvoiceDraft {
  const { number: _, issued_on: __, ...same } = original;
  const [tax, ...others] = original.taxes;
  invariant(tax && others.length === 0, `The invoice ${original.number} must have one rate of tax.`);
  const { category, percent } = tax;
  const lines = parts.lines.map((line) => ({ ...line, tax: { category, percent } }));
  const net_minor = [...basesOf(lines).values()].reduce((sum, base) => sum + base, 0n);
  const tax_minor = parts.tax_minor ?? taxOf(net_minor, percent);
  const gross_minor = net_minor + tax_minor;
  return {
    ...same,
    ...{ invoice_id: parts.invoice_id, kind: creditKindOf(original.kind), period: parts.period },
    preceding: [{ number: original.number, issued_on: original.issued_on }],
    lines,
    taxes: [{ ...tax, base_minor: net_minor, tax_minor }],
    totals: { net_minor, tax_minor, gross_minor, paid_minor: 0n, due_minor: gross_minor },
    account: null,
    notes: [...original.notes, ...(parts.notes ?? [])],
  };
}

/** The lines of a credit note with the opposite sign: what it has taken back already. */
export function takenBack(
  { number, lines }: Pick<Invoice, 'number' | 'lines'>,
  words: (typeof INVOICE_WORDS)[Invoice['language']],
): InvoiceLine[] {
  return lines.map((line) => ({
    ...line,
    description: words.creditedBy(number),
    ...{ quantity: line.net_minor > 0n ? '-1' : '1', net_minor: -line.net_minor },
  }));
}

/** The credit note that takes back what is left of an invoice: all of it, less what the credit notes before have taken back. */
export function cancellationOf(
  original: Invoice,
  { invoice_id, before }: { readonly invoice_id: string; readonly before: readonly Invoice[] },
): InvoiceDraft {
  const words = INVOICE_WORDS[original.language];
  return creditOf(original, {
    ...{ invoice_id, period: original.period },
    lines: [...original.lines, ...before.flatMap((note) => takenBack(note, words))],
    tax_minor: before.reduce((left, { totals }) => left - totals.tax_minor, original.totals.tax_minor),
    notes: [words.cancels(original.number, FORMATS_OF[original.language].day(original.issued_on))],
  });
}

const creditKindOf = (kind: InvoiceKind): InvoiceKind =>
  INVOICE_KINDS[kind].isSelfBilled ? 'self_billed_credit_note' : 'credit_note';
