import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statementFileName } from '../../reports/statement/file-name.ts';
import { FORMATS, type Format } from '../../reports/statement/render.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { periodJob } from './acts.ts';
import type { Client } from './client.ts';
import { type Act, type Answer, type Context, WrongUsage } from './command.ts';
import { writeDownload } from './write-download.ts';

interface Listed {
  readonly statement_id: string;
  readonly period: string;
  readonly creator_id: string;
  readonly currency: string;
}

const issue = periodJob('issue-statements');

/** Issues the statements of a period and writes each of them to a folder in every format, or all of them in one format as an archive. */
export const statements: Act = async (args, context) => {
  const period = parsePeriod(args.named('The period')[0]);
  const [out, zip, format] = [args.option('out'), args.option('zip'), args.option('format')];
  if ((out === undefined) === (zip === undefined)) throw new WrongUsage('Give either --out or --zip.');
  if (format !== undefined && (zip === undefined || !Object.hasOwn(FORMATS, format)))
    throw new WrongUsage(`--format is ${Object.keys(FORMATS).join(', ')}, and only for --zip.`);
  const issued = await issue(args, context);
  if (out !== undefined) return writeFiles(context, { period, out, issued });
  const path = zip ?? '';
  const client = await context.open();
  const download = client.download(`/v1/periods/${period}/statements.zip?format=${format ?? 'pdf'}`);
  await writeDownload(download, { path, otherwise: 'choose another file with --zip' });
  return { value: { ...issued?.value, zip: path } };
};

async function writeFiles(
  context: Context,
  { period, out, issued }: { period: string; out: string; issued: Answer | undefined },
): Promise<Answer> {
  await mkdir(out, { recursive: true }).catch(cannotWrite(out));
  const client = await context.open();
  let files = 0;
  for await (const statement of issuedIn(client, period)) {
    for (const format of Object.keys(FORMATS) as Format[]) {
      const path = join(out, statementFileName(statement, format));
      const bytes = await client.get(`/v1/statements/${statement.statement_id}/${format}`);
      await writeFile(path, bytes).catch(cannotWrite(path));
      if (++files % 100 === 0) context.progress(`${countOf(files, 'file')} written`);
    }
  }
  return { value: { ...issued?.value, out, files } };
}

async function* issuedIn(client: Client, period: string): AsyncGenerator<Listed> {
  for (let cursor = ''; ; ) {
    const { data, next_cursor } = await client.requestJson<{ data: Listed[]; next_cursor: string | null }>(
      `/v1/statements?period=${period}&limit=1000${cursor && `&cursor=${cursor}`}`,
    );
    yield* data;
    if (next_cursor === null) return;
    cursor = next_cursor;
  }
}

function cannotWrite(path: string): (error: unknown) => never {
  return (error) => {
    throw new Unavailable(`${path} cannot be written: ${causeOf(error, 'choose another folder with --out')}`);
  };
}
