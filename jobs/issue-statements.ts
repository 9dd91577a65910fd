import { royaltyStatementIssued } from '../ingest/events/payouts.ts';
import { enqueueEvents } from '../ingest/outbox/enqueue-event.ts';
import { composeStatements } from '../reports/statement/compose.ts';
import type { StatementDocument } from '../reports/statement/document.ts';
import type { RenderedStatement } from '../reports/statement/renderer.ts';
import { instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { requirePresent } from '../warehouse/invariant.ts';
import type { Period } from '../warehouse/period.ts';
import { batchesOf, inOrder } from './in-order.ts';
import type { Job, Run } from './job.ts';
import { catchUp } from './load-events.ts';

/** How many statements are stored and recorded together. */
const BATCH = 25;

interface Rendered {
  readonly document: StatementDocument;
  readonly files: RenderedStatement;
}

export const issueStatements: Job = {
  name: 'issue-statements',
  meaning:
    'Renders the statements of a closed period and stores them permanently; an issued statement is never rendered again.',
  about: 'period',
  async run(run, period) {
    await run.assertDiskSpace('Issuing the statements');
    const issued = await issuedIn(run, period);
    let newCount = 0;
    // While a batch is stored, the next ones are rendered.
    let storing: Promise<void> = Promise.resolve();
    try {
      for await (const batch of batchesOf(renderedStatements(run, { period, issued }), BATCH)) {
        await storing;
        storing = store(run, batch);
        // Its error is thrown where it is awaited.
        storing.catch(() => undefined);
        if (newCount > 0) run.progress(countOf(newCount, 'statement'));
        newCount += batch.length;
      }
    } finally {
      await storing;
    }
    await catchUp(run);
    return { period, issued: newCount, statements: issued.size + newCount };
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

/** The statements that are not issued yet. A safe point before each. */
function renderedStatements(
  run: Run,
  { period, issued }: { period: Period; issued: ReadonlySet<string> },
): AsyncGenerator<Rendered> {
  const { warehouse, issuerName, renderer, interruption } = run;
  async function* missing(): AsyncGenerator<StatementDocument> {
    for await (const document of composeStatements(warehouse, { period, issuerName })) {
      interruption.throwIfAborted();
      if (!issued.has(document.statement_id)) yield document;
    }
  }
  return inOrder(missing(), {
    atOnce: renderer.atOnce,
    work: async (document) => ({ document, files: await renderer.render(document) }),
  });
}

/** The documents are durable before the control store refers to them; the events are enqueued in the same transaction. */
async function store(run: Run, batch: readonly Rendered[]): Promise<void> {
  const hashes = await run.documents.putAll(
    batch.flatMap(({ files: { json, csv, xlsx, pdf } }) => [json, csv, xlsx, pdf]),
  );
  const hash = (index: number): string => requirePresent(hashes[index], 'A stored document has a hash.');
  const issued_at = instant(run.clock.now());
  const rows = batch.map(({ document: { statement_id, period, currency, creator } }, index) => ({
    statement_id,
    creator_id: creator.creator_id,
    period,
    currency,
    issued_at,
    json_hash: hash(index * 4),
    csv_hash: hash(index * 4 + 1),
    xlsx_hash: hash(index * 4 + 2),
    pdf_hash: hash(index * 4 + 3),
  }));
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
