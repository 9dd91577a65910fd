import { renderCsv } from './csv.ts';
import type { StatementDocument } from './document.ts';
import { renderJson } from './json.ts';
import { renderPdf } from './pdf.ts';
import { renderXlsx } from './xlsx.ts';

/** The formats of a statement, with their media types. */
export const FORMATS = {
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
} as const;

export type Format = keyof typeof FORMATS;

/** A statement in every format. Equal documents have equal bytes, whenever they are rendered. */
export function renderStatement(document: StatementDocument): Record<Format, Buffer> {
  const attached = { json: renderJson(document), csv: renderCsv(document) };
  return { pdf: renderPdf(document, attached), xlsx: renderXlsx(document), ...attached };
}
