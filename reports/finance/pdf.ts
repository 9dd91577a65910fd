import { PageWriter } from '../render/pdf/page-writer.ts';
import { openTaggedPdf } from '../render/pdf/tagged-pdf.ts';
import { formatMonth } from '../statement/format.ts';
import type { FinanceReport } from './document.ts';
import { drawBreaks } from './pdf/breaks.ts';
import { drawBridge } from './pdf/bridge.ts';
import { drawCompared } from './pdf/compared.ts';
import { drawConnected } from './pdf/connected.ts';
import { drawHeader, titleOf } from './pdf/header.ts';
import { drawStripeReports } from './pdf/stripe-reports.ts';

/** The report as a tagged PDF. Equal reports have equal bytes, because every date in the file is that of the composition. */
export function renderPdf(report: FinanceReport): Buffer {
  const title = `${titleOf(report)}, ${formatMonth(report.period)}`;
  const pdf = openTaggedPdf({ title, at: new Date(report.composed_at) });
  const page = new PageWriter(pdf);
  drawHeader(page, report);
  drawBridge(page, report);
  drawCompared(page, report);
  drawConnected(page, report);
  drawStripeReports(page, report);
  drawBreaks(page, report);
  page.finish({ head: [title, report.verdict], foot: `Composed at ${report.composed_at}` });
  return pdf.toBytes();
}
