/** What a kind of document is about; `subject` says whose id stands in the column of that name, and `platform` is the word itself. */
export interface DocumentKindDeclaration {
  readonly meaning: string;
  readonly subject: 'creator' | 'developer' | 'platform';
}

/** The kinds of documents that are issued. The words stand in `documents.kind` for good. */
export const DOCUMENT_KINDS = {
  statement: { meaning: 'What a creator has earned in a month, and what becomes of it.', subject: 'creator' },
  tax_form: { meaning: 'What is reported to a tax office about a creator.', subject: 'creator' },
  invoice: { meaning: 'What a developer owes for a month.', subject: 'developer' },
  journal: { meaning: 'The postings of a month for accounting software.', subject: 'platform' },
  bank_file: { meaning: 'Payment orders to a bank.', subject: 'platform' },
} as const satisfies Readonly<Record<string, DocumentKindDeclaration>>;

export type DocumentKind = keyof typeof DOCUMENT_KINDS;

/** The subject of documents that are about nobody in particular. */
export const PLATFORM_SUBJECT = 'platform';

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
