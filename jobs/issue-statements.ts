import { royaltyStatementIssued } from '../ingest/events/payouts.ts';
import { enqueueEvents } from '../ingest/outbox/enqueue-event.ts';
import { readStatements, type StatementSources } from '../reports/statement/read.ts';
import type { StatementOutcome } from '../reports/statement/store.ts';
import { instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { InvariantBroken } from '../warehouse/errors.ts';
import { requirePresent } from '../warehouse/invariant.ts';
import type { Period } from '../warehouse/period.ts';
import { batchesOf, inOrder } from './in-order.ts';
import type { Job, Run } from './job.ts';
import { catchUp } from './load-events.ts';

/** How many statements are rendered by one thread, stored and recorded together. */
const BATCH = 25;
/** How many statements that were not issued are named in the error of the run. */
const NAMED = 5;

interface Rendered {
  readonly sources: StatementSources;
  readonly outcome: StatementOutcome;
}

export const issueStatements: Job = {
  name: 'issue-statements',
  meaning:
    'Renders the statements of a closed period and stores them permanently; an issued statement is never rendered again.',
  about: 'period',
  async run(run, period) {
    await run.assertDiskSpace('Issuing the statements');
    const before = await issuedIn(run, period);
    let issued = 0;
    const problems: string[] = [];
    // While a batch is recorded, the next ones are rendered.
    let recording: Promise<void> = Promise.resolve();
    try {
      for await (const batch of renderedBatches(run, { period, issued: before })) {
        await recording;
        recording = record(run, batch);
        // Its error is thrown where it is awaited.
        recording.catch(() => undefined);
        if (issued > 0) run.progress(countOf(issued, 'statement'));
        const found = batch.flatMap(problemOf);
        problems.push(...found);
        issued += batch.length - found.length;
      }
    } finally {
      await recording;
    }
    await catchUp(run);
    assertAllIssued(problems, period);
    return { period, issued, statements: before.size + issued };
  },
};

async function issuedIn({ operational }: Run, period: Period): Promise<Set<string>> {
  const rows = await operational
    .selectFrom('statement_documents')
    .select('statement_id')
    .where('period', '=', period)
    .execute();
  return new Set(rows.map((row) => row.statement_id));
}

/** The statements that are not issued yet, rendered and stored. A safe point before each is read. */
function renderedBatches(
  run: Run,
  { period, issued }: { period: Period; issued: ReadonlySet<string> },
): AsyncGenerator<Rendered[]> {
  const { warehouse, issuerName, renderer, interruption } = run;
  async function* missing(): AsyncGenerator<StatementSources> {
    for await (const sources of readStatements(warehouse, { period, issuerName })) {
      interruption.throwIfAborted();
      if (!issued.has(sources.statement_id)) yield sources;
    }
  }
  return inOrder(batchesOf(missing(), BATCH), {
    atOnce: renderer.atOnce,
    work: async (batch) => {
      const outcomes = await renderer.store(batch);
      return batch.map((sources, index) => ({
        sources,
        outcome: requirePresent(outcomes[index], 'Each statement has an outcome.'),
      }));
    },
  });
}

/** The files are durable already; the events are enqueued in the transaction that refers to the files. */
async function record(run: Run, batch: readonly Rendered[]): Promise<void> {
  const issued_at = instant(run.clock.now());
  const rows = batch.flatMap(({ sources: { statement_id, balance }, outcome }) => {
    if (!('hashes' in outcome)) return [];
    const { json, csv, xlsx, pdf } = outcome.hashes;
    const { creator_id, period, currency } = balance;
    const hashes = { json_hash: json, csv_hash: csv, xlsx_hash: xlsx, pdf_hash: pdf };
    return [{ statement_id, creator_id, period, currency, issued_at, ...hashes }];
  });
  if (rows.length === 0) return;
  await run.operational.transaction().execute(async (transaction) => {
    await transaction.insertInto('statement_documents').values(rows).execute();
    await enqueueEvents(
      transaction,
      rows.map(({ statement_id, creator_id, period, currency, json_hash }) => ({
        declaration: royaltyStatementIssued,
        messageId: `${statement_id}-issued`,
        occurredAt: issued_at,
        properties: { statement_id, creator_id, statement_period: period, currency, document_hash: json_hash },
      })),
    );
  });
}

function problemOf({ sources: { balance }, outcome }: Rendered): string[] {
  if ('hashes' in outcome) return [];
  return [`${outcome.statement_id} of ${balance.creator_id} in ${balance.currency}: ${outcome.problem}`];
}

/** Throws `InvariantBroken` if some statements could not be rendered. */
function assertAllIssued(problems: readonly string[], period: Period): void {
  if (problems.length === 0) return;
  const named = problems.slice(0, NAMED).join(' ');
  const rest = problems.length > NAMED ? ` And ${problems.length - NAMED} more.` : '';
  throw new InvariantBroken(
    `${countOf(problems.length, 'statement')} of ${period} could not be issued; all others are. ${named}${rest}`,
  );
}
