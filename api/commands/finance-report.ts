import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPORT_FORMATS, type ReportFormat } from '../../reports/finance/render.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';
import type { Period } from '../../warehouse/period.ts';
import { reportNameOf } from '../http/finance-report.ts';
import type { Client } from './client.ts';

/** Writes the report about a period to a folder, in every format; returns the paths. Throws `Unavailable` if that fails. */
export async function writeReport(client: Client, { period, out }: { period: Period; out: string }): Promise<string[]> {
  await mkdir(out, { recursive: true }).catch(cannotWrite(out));
  const paths: string[] = [];
  for (const format of Object.keys(REPORT_FORMATS) as ReportFormat[]) {
    const path = join(out, reportNameOf(period, format));
    const bytes = await client.get(`/v1/reconciliations/${period}/report/${format}`);
    await writeFile(path, bytes).catch(cannotWrite(path));
    paths.push(path);
  }
  return paths;
}

function cannotWrite(path: string): (error: unknown) => never {
  return (error) => {
    throw new Unavailable(`${path} cannot be written: ${causeOf(error, 'choose another folder with --out')}`);
  };
}
