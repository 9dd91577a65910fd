import { takeInstant } from '../ingest/load/warehouse-time.ts';
import { objectFilesAt } from '../ingest/object-files/open-object-files.ts';
import { assertKnownReport, parseReport } from '../ingest/stripe/report-lines.ts';
import { reportLines as reportTable } from '../ingest/stripe/report-tables.ts';
import { readReportDifferences } from '../reports/finance/read.ts';
import { instant } from '../warehouse/clock.ts';
import { messageOf, Rejected } from '../warehouse/errors.ts';
import { narrowTo, requireConfinement } from './confined-address.ts';
import type { GivenOptions, Job } from './job.ts';

interface ImportReportOptions {
  /** A file, or `s3://bucket/key`. */
  readonly address: string;
  /** Stripe's name of the report: `balance.summary.1`. */
  readonly report: string;
  /** The first day of its interval, `2026-01-01`. */
  readonly from: string;
  /** The first day after it. */
  readonly to: string;
  /** Whether only what is below `TANTIEME_INGEST_FROM` may be read. */
  readonly isConfined: boolean;
}

export const importStripeReport: Job<ImportReportOptions> = {
  name: 'import-stripe-report',
  meaning: "Imports a report of Stripe's in CSV, which is compared with its balance transactions.",
  about: 'everything',
  readOptions: readReport,
  narrowOptions: narrowTo((given) => readReport(given).address),
  async run(run, _, options = readReport({})) {
    const { address, report, from, to, isConfined } = options;
    const files = await objectFilesAt(address, { s3: run.s3, ...(isConfined && { within: run.ingestFrom }) });
    const texts: string[] = [];
    for await (const file of files.list()) texts.push(await readText(file.bytes()));
    const [text, ...more] = texts;
    if (text === undefined || more.length > 0) {
      throw new Rejected(`${address} cannot be imported: it has ${texts.length} files; give one file.`);
    }
    const lines = parseLines(address, report, text);
    await run.warehouse.transaction(async (writer) => {
      const recorded_at = await takeInstant(writer, run.clock);
      const interval = { interval_from_on: from, interval_until_on: to };
      await writer.append(
        reportTable,
        lines.map((line) => ({ ...line, ...interval, recorded_at })),
      );
    });
    const all = await readReportDifferences(run.warehouse, { from, until: to });
    const differing = all.filter((line) => line.report === report).map(({ report: _, ...line }) => line);
    return { report, from, to, lines: lines.length, differing };
  },
};

/** Parses the options. Throws `Rejected`. */
export function readReport({ address, report, from, to, within, ...more }: GivenOptions): ImportReportOptions {
  const unknown = Object.keys(more);
  if (unknown.length > 0)
    throw new Rejected(
      `import-stripe-report takes the options address, report, from and to, not ${unknown.join(', ')}.`,
    );
  if (!address || !report || !from || !to)
    throw new Rejected('import-stripe-report cannot be run without the options address, report, from and to.');
  assertKnownReport(report);
  for (const day of [from, to]) assertDay(day);
  if (to <= from)
    throw new Rejected(`import-stripe-report needs an interval, but to (${to}) is not after from (${from}).`);
  return { address, report, from, to, isConfined: requireConfinement(within) };
}

function assertDay(text: string): void {
  const epochMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(epochMs) && instant(epochMs).startsWith(text)) return;
  throw new Rejected(`from and to take a day such as 2026-01-31, not ${JSON.stringify(text)}.`);
}

function parseLines(address: string, report: string, text: string) {
  try {
    return parseReport(report, text);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw new Rejected(`${address} cannot be imported. ${messageOf(error)}`);
  }
}

/** Throws `Rejected` for what is not UTF-8. */
async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  try {
    for await (const some of bytes) text += decoder.decode(some, { stream: true });
    return text + decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Rejected('The report cannot be imported: it is not text in UTF-8.');
  }
}
