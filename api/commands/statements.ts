import { statementFileName } from '../../reports/statement/file-name.ts';
import { FORMATS, type Format } from '../../reports/statement/render.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { periodJob } from './acts.ts';
import { allRows } from './all-rows.ts';
import { type Act, type Answer, type Context, WrongUsage } from './command.ts';
import { writeDownload } from './write-download.ts';
import { makeFolder, writeBelow } from './write-files.ts';

interface Listed {
  readonly statement_id: string;
  readonly period: string;
  readonly creator_id: string;
  readonly currency: string;
}

const issue = periodJob('issue-statements');

/** Issues the statements of a period and writes each of them to a folder in every format, or all of them in one format as an archive. */
export const statements: Act = async (args, context) => {
  const period = parsePeriod(args.require('The period')[0]);
  const [out, zip, format] = [args.option('out'), args.option('zip'), args.option('format')];
  if ((out === undefined) === (zip === undefined)) throw new WrongUsage('Give either --out or --zip.');
  if (format !== undefined && (zip === undefined || !Object.hasOwn(FORMATS, format)))
    throw new WrongUsage(`--format is ${Object.keys(FORMATS).join(', ')}, and only for --zip.`);
  const issued = await issue(args, context);
  if (out !== undefined) return writeStatements(context, { period, out, issued });
  const path = zip ?? '';
  const client = await context.open();
  const download = client.download(`/v1/periods/${period}/statements.zip?format=${format ?? 'pdf'}`);
  await writeDownload(download, { path, otherwise: 'choose another file with --zip' });
  return { value: { ...issued?.value, zip: path } };
};

async function writeStatements(
  context: Context,
  { period, out, issued }: { period: string; out: string; issued: Answer | undefined },
): Promise<Answer> {
  await makeFolder(out);
  const client = await context.open();
  let files = 0;
  for (const statement of await allRows<Listed>(client, `/v1/statements?period=${period}`)) {
    for (const format of Object.keys(FORMATS) as Format[]) {
      const bytes = await client.get(`/v1/statements/${statement.statement_id}/${format}`);
      await writeBelow(out, { name: statementFileName(statement, format), bytes });
      if (++files % 100 === 0) context.progress(`${countOf(files, 'file')} written`);
    }
  }
  return { value: { ...issued?.value, out, files } };
}
