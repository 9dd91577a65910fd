import { MAIN_PAYER } from './tax.ts';

/** What a kind of document is about; `subject` says whose id stands in the column of that name, and `platform` is the word itself. */
export interface DocumentKindDeclaration {
  readonly meaning: string;
  readonly subject: 'creator' | 'developer' | 'platform';
  /** The formats in which a kind about creators is for somebody else and has all of them; its subject is `platform` then. */
  readonly ofAll?: readonly DocumentFormat[];
  /** Whether it is stored sealed under a key for tax profiles; its hash is that of the sealed bytes. */
  readonly isSealed?: boolean;
}

/** A form is given to the tax office as an archive, with a record of what it has then; a creator has a copy of its own. */
const TAX_FORM = { subject: 'creator', ofAll: ['zip', 'json'], isSealed: true } as const;

/** The kinds of documents that are issued. The words stand in `documents.kind` for good. */
export const DOCUMENT_KINDS = {
  statement: { meaning: 'What a creator has earned in a month, and what becomes of it.', subject: 'creator' },
  tax_1099_misc: { meaning: 'Forms 1099-MISC of a year as they were filed.', ...TAX_FORM },
  tax_1042_s: { meaning: 'Forms 1042-S of a year as they were filed.', ...TAX_FORM },
  tax_dac7: { meaning: 'Messages of DAC7 of a year as they were filed.', ...TAX_FORM },
  tax_year: { meaning: 'A tax year of all creators, for a country whose form is not built.', ...TAX_FORM },
  invoice: { meaning: 'What a developer owes for the metered use of a month.', subject: 'developer' },
  credit_note: { meaning: 'What cancels an invoice of a developer.', subject: 'developer' },
  self_billed_invoice: { meaning: 'What a creator invoices for a month, issued by the platform.', subject: 'creator' },
  self_billed_credit_note: {
    meaning: 'What was taken back of the self-billing invoices of a creator.',
    subject: 'creator',
  },
  journal_datev: { meaning: 'The journal of a month for DATEV.', subject: 'platform' },
  journal_quickbooks: { meaning: 'The journal of a month for QuickBooks Online.', subject: 'platform' },
  journal_xero: { meaning: 'The journal of a month for Xero.', subject: 'platform' },
  bank_file: { meaning: 'Payment orders to a bank.', subject: 'platform' },
} as const satisfies Readonly<Record<string, DocumentKindDeclaration>>;

export type DocumentKind = keyof typeof DOCUMENT_KINDS;

/** The subject of documents that are about nobody in particular. */
export const PLATFORM_SUBJECT = 'platform';

/** The subject of what is about all creators of a payer: each payer has filings, and numbers of them, of its own. */
export const subjectOfPayer = (payerId: string): string =>
  payerId === MAIN_PAYER ? PLATFORM_SUBJECT : `${PLATFORM_SUBJECT}:${payerId}`;

/** The formats of documents, with their media types. The words stand in `documents.format` and end file names. */
export const DOCUMENT_FORMATS = {
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
  xml: 'application/xml',
  zip: 'application/zip',
  txt: 'text/plain; charset=utf-8',
} as const;

export type DocumentFormat = keyof typeof DOCUMENT_FORMATS;
