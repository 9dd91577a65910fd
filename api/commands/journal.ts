import { join } from 'node:path';
import type { IssuedJournal } from '../../jobs/issue-journal.ts';
import type { JournalSummary, Manifest } from '../../reports/journal/manifest.ts';
import { filesInArchive } from '../../reports/render/zip.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import type { Client } from './client.ts';
import { type Act, type Answer, WrongUsage } from './command.ts';
import { writeDownload } from './write-download.ts';
import { makeFolder, writeBelow, writeFiles } from './write-files.ts';

const FORMATS = ['csv', 'datev', 'quickbooks', 'xero'];

/** Writes the journal of a closed period to a folder; but for csv, it is issued by that. Writes nothing if it cannot be exported. */
export const journal: Act = async (args, { open }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const format = args.option('format') ?? 'csv';
  if (!FORMATS.includes(format))
    throw new WrongUsage(`--format is ${FORMATS.join(', ')}, not ${JSON.stringify(format)}.`);
  const out = args.requireOption('out');
  const [isAgain, because] = [args.flag('again'), args.option('because')];
  if (isAgain !== (because !== undefined)) throw new WrongUsage('--again and --because belong together; give both.');
  if (isAgain && format === 'csv')
    throw new WrongUsage('--again is for the formats of accounting software, not for csv.');
  const body = { ...(because !== undefined && { because }), by: args.requirePerson() };
  const client = await open();
  return format === 'csv' ? writeExact(client, { period, out }) : writeMapped(client, { period, format, out, body });
};

/** The CSV and, beside it, the totals that it must sum to. A transfer that breaks off leaves no CSV. */
async function writeExact(client: Client, { period, out }: { period: Period; out: string }): Promise<Answer> {
  const path = `/v1/periods/${period}/journal`;
  const summary = await client.requestJson<JournalSummary>(`${path}?format=json`);
  await makeFolder(out);
  const csv = join(out, `journal-${period}.csv`);
  await writeDownload(client.download(`${path}?format=csv`), {
    path: csv,
    otherwise: 'choose another folder with --out',
  });
  const totals = await writeBelow(out, {
    name: `journal-${period}.json`,
    bytes: `${JSON.stringify(summary, null, 2)}\n`,
  });
  const { totals: _, ...shown } = summary;
  return { value: { format: 'csv', ...shown, files: [csv, totals] } };
}

async function writeMapped(
  client: Client,
  { period, format, out, body }: { period: Period; format: string; out: string; body: object },
): Promise<Answer> {
  const path = `/v1/periods/${period}/journals/${format}`;
  const issued = await client.requestJson<IssuedJournal>(path, { method: 'POST', body });
  const files = filesInArchive(await client.get(`/v1/documents/${encodeURIComponent(issued.document_id)}`));
  const paths = await writeFiles(out, files);
  const manifest = files.find(({ name }) => name === `journal-${period}-${format}.json`)?.bytes.toString() ?? '{}';
  const { files: _, totals: __, ...shown } = JSON.parse(manifest) as Partial<Manifest>;
  return { value: { ...shown, ...issued, files: paths } };
}
