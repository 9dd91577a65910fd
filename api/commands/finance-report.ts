import { REPORT_FORMATS, type ReportFormat } from '../../reports/finance/render.ts';
import type { Period } from '../../warehouse/period.ts';
import { reportNameOf } from '../http/finance-report.ts';
import type { Client } from './client.ts';
import { writeBelow } from './write-files.ts';

/** Writes the report about a period to a folder, in every format; returns the paths. Throws `Unavailable` if that fails. */
export async function writeReport(client: Client, { period, out }: { period: Period; out: string }): Promise<string[]> {
  const paths: string[] = [];
  for (const format of Object.keys(REPORT_FORMATS) as ReportFormat[]) {
    const bytes = await client.get(`/v1/reconciliations/${period}/report/${format}`);
    paths.push(await writeBelow(out, { name: reportNameOf(period, format), bytes }));
  }
  return paths;
}
