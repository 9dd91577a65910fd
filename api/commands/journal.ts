import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalSummary, Manifest } from '../../reports/journal/manifest.ts';
import { filesInArchive } from '../../reports/render/zip.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import type { Client } from './client.ts';
import { type Act, type Answer, WrongUsage } from './command.ts';
import { writeDownload } from './write-download.ts';

const FORMATS = ['csv', 'datev', 'quickbooks', 'xero'];

/** Writes the journal of a closed period to a folder. Writes nothing if it cannot be exported. */
export const journal: Act = async (args, { open }) => {
  const period = parsePeriod(args.named('The period')[0]);
  const format = args.option('format') ?? 'csv';
  if (!FORMATS.includes(format))
    throw new WrongUsage(`--format is ${FORMATS.join(', ')}, not ${JSON.stringify(format)}.`);
  const out = args.required('out');
  const client = await open();
  return format === 'csv' ? writeExact(client, { period, out }) : writeMapped(client, { period, format, out });
};

/** The CSV and, beside it, the totals that it must sum to. A transfer that breaks off leaves no CSV. */
async function writeExact(client: Client, { period, out }: { period: Period; out: string }): Promise<Answer> {
  const path = `/v1/periods/${period}/journal`;
  const summary = await client.requestJson<JournalSummary>(`${path}?format=json`);
  await mkdir(out, { recursive: true }).catch(cannotWrite(out));
  const [csv, totals] = [join(out, `journal-${period}.csv`), join(out, `journal-${period}.json`)];
  await writeDownload(client.download(`${path}?format=csv`), {
    path: csv,
    otherwise: 'choose another folder with --out',
  });
  await writeFile(totals, `${JSON.stringify(summary, null, 2)}\n`).catch(cannotWrite(totals));
  const { totals: _, ...shown } = summary;
  return { value: { format: 'csv', ...shown, files: [csv, totals] } };
}

async function writeMapped(
  client: Client,
  { period, format, out }: { period: Period; format: string; out: string },
): Promise<Answer> {
  const files = filesInArchive(await client.get(`/v1/periods/${period}/journal?format=${format}`));
  await mkdir(out, { recursive: true }).catch(cannotWrite(out));
  const paths: string[] = [];
  for (const { name, bytes } of files) {
    const path = join(out, name);
    await writeFile(path, bytes).catch(cannotWrite(path));
    paths.push(path);
  }
  const manifest = files.find(({ name }) => name === `journal-${period}-${format}.json`)?.bytes.toString() ?? '{}';
  const { files: _, totals: __, ...shown } = JSON.parse(manifest) as Partial<Manifest>;
  return { value: { ...shown, files: paths } };
}

function cannotWrite(path: string): (error: unknown) => never {
  return (error) => {
    throw new Unavailable(`${path} cannot be written: ${causeOf(error, 'choose another folder with --out')}`);
  };
}
