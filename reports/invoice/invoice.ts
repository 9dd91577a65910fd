import { parsePeriod, periodEnd } from '../../warehouse/period.ts';
import type { Locale } from '../statement/format.ts';

/**
 * An invoice or credit note as a plain value: drawn once with its number, then rendered as UBL, CII and PDF with the same figures. `BT` and
 * `BG` are the terms of EN 16931-1:2017. Amounts are minor units of `currency`; prices and quantities are decimal strings.
 */
export interface Invoice {
  readonly schema_version: '1';
  readonly invoice_id: string;
  /** BT-3. */
  readonly kind: InvoiceKind;
  /** In which it is written: that of the party's billing profile. */
  readonly language: Locale;
  /** BT-1: the next one of its supplier. */
  readonly number: string;
  /** BT-2. */
  readonly issued_on: string;
  /** BT-5. */
  readonly currency: string;
  /** The month for which it is issued. */
  readonly period: string;
  /** BG-4. In self-billing, the creator. */
  readonly supplier: Party;
  /** BG-7. */
  readonly customer: Party;
  /** BG-3: the invoices that a credit note reduces. */
  readonly preceding: readonly PrecedingInvoice[];
  /** BG-25. */
  readonly lines: readonly InvoiceLine[];
  /** BG-23. */
  readonly taxes: readonly TaxSubtotal[];
  readonly totals: InvoiceTotals;
  /** BT-20. */
  readonly payment_terms: string;
  /** BG-17: where the customer pays to; null if the supplier is paid in another way. */
  readonly account: PaymentAccount | null;
  /** BT-22. */
  readonly notes: readonly string[];
  /** What the operator has chosen and the law leaves open, a sentence each: on the PDF alone. */
  readonly choices: readonly string[];
  /** The date of the rules by which it was made. */
  readonly rule_set_on: string;
  /** SHA-256 of the invoice file. */
  readonly invoice_file_hash: string;
}

export interface Party {
  /** BT-29, BT-46: our id. */
  readonly party_id: string;
  /** BT-27, BT-44. */
  readonly name: string;
  /** BG-5, BG-8. */
  readonly address: Address;
  /** BT-31, BT-48: with its country code. */
  readonly vat_id: string | null;
  /** BT-32: the number of a supplier at its tax office. */
  readonly tax_number: string | null;
  /** BT-30, BT-47. */
  readonly registration_id: string | null;
  /** BT-43, BT-58. */
  readonly email: string | null;
  /** BT-42, BT-57. */
  readonly phone: string | null;
}

export interface Address {
  readonly street: string;
  readonly city: string;
  readonly region: string | null;
  readonly postal_code: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export interface PrecedingInvoice {
  /** BT-25. */
  readonly number: string;
  /** BT-26. */
  readonly issued_on: string;
}

export interface InvoiceLine {
  /** BT-153. */
  readonly name: string;
  /** BT-154. */
  readonly description: string;
  /** BT-155; null if it is about no single item. */
  readonly item_id: string | null;
  /** BG-26: the month in which it was supplied. */
  readonly supplied_in: string;
  /** BT-129, of BT-130 `C62`: one, a unit without another name. Negative where a line takes back. */
  readonly quantity: string;
  /** BT-146, without tax; never negative. */
  readonly price: string;
  /** BT-131. */
  readonly net_minor: bigint;
  readonly tax: TaxRate;
}

/** UNCL5305: standard rate, zero rate, exempt, reverse charge, export of goods, outside the scope of tax. */
export const TAX_CATEGORIES = ['S', 'Z', 'E', 'AE', 'G', 'O'] as const;
export type TaxCategory = (typeof TAX_CATEGORIES)[number];

export interface TaxRate {
  /** BT-118, BT-151. */
  readonly category: TaxCategory;
  /** BT-119, BT-152: per cent; null outside the scope of tax. */
  readonly percent: string | null;
}

export interface TaxSubtotal extends TaxRate {
  /** BT-116. */
  readonly base_minor: bigint;
  /** BT-117. */
  readonly tax_minor: bigint;
  /** BT-121. */
  readonly exemption_code: string | null;
  /** BT-120. */
  readonly exemption_reason: string | null;
}

interface InvoiceTotals {
  /** BT-106 and, without charges and allowances, BT-109. */
  readonly net_minor: bigint;
  /** BT-110. */
  readonly tax_minor: bigint;
  /** BT-112. */
  readonly gross_minor: bigint;
  /** BT-113. */
  readonly paid_minor: bigint;
  /** BT-115. */
  readonly due_minor: bigint;
}

export interface PaymentAccount {
  /** BT-84: an IBAN or another number. */
  readonly number: string;
  /** BT-85. */
  readonly holder: string;
  /** BT-86. */
  readonly bic: string | null;
}

/** UNTDID 1001, as EN 16931 restricts it. */
export const INVOICE_KINDS = {
  invoice: { code: '380', isCredit: false, isSelfBilled: false },
  credit_note: { code: '381', isCredit: true, isSelfBilled: false },
  self_billed_invoice: { code: '389', isCredit: false, isSelfBilled: true },
  self_billed_credit_note: { code: '261', isCredit: true, isSelfBilled: true },
} as const satisfies Readonly<Record<string, object>>;

export type InvoiceKind = keyof typeof INVOICE_KINDS;

/** First and last day of the months that the lines are about: BT-73 and BT-74. */
export function suppliedFromTo({ lines, period }: Pick<Invoice, 'lines' | 'period'>): readonly [string, string] {
  const months = lines.map(({ supplied_in }) => supplied_in).sort();
  return [firstDayOf(months[0] ?? period), lastDayOf(months.at(-1) ?? period)];
}

/** `2026-01` → `2026-01-01`. */
export function firstDayOf(month: string): string {
  return `${month}-01`;
}

/** `2026-02` → `2026-02-28`. */
export function lastDayOf(month: string): string {
  return new Date(periodEnd(parsePeriod(month)) - 1).toISOString().slice(0, 10);
}

/** Equal invoices have equal text: bigints as decimal strings, keys sorted. */
export function invoiceToPlain(invoice: Invoice): object {
  return JSON.parse(
    JSON.stringify(invoice, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

/** The reverse of `invoiceToPlain`. */
export function invoiceFromPlain(plain: unknown): Invoice {
  return JSON.parse(JSON.stringify(plain), (key, value: unknown) =>
    key.endsWith('_minor') ? BigInt(String(value)) : value,
  ) as Invoice;
}
