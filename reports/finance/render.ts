import { canonicalJson } from '../../warehouse/canonical-json.ts';
import type { FinanceReport } from './document.ts';
import { renderPdf } from './pdf.ts';
import { renderXlsx } from './xlsx.ts';

/** The formats of the report, with their media types. */
export const REPORT_FORMATS = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
} as const;

export type ReportFormat = keyof typeof REPORT_FORMATS;

/** The report in one format. Equal reports have equal bytes, whenever they are rendered. */
export function renderReport(report: FinanceReport, format: ReportFormat): Buffer {
  if (format === 'pdf') return renderPdf(report);
  return format === 'xlsx' ? renderXlsx(report) : Buffer.from(`${canonicalJson(report)}\n`);
}
