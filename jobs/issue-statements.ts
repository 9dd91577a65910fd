import { royaltyStatementIssued } from '../ingest/events/payouts.ts';
import { enqueueEvent } from '../ingest/outbox/enqueue-event.ts';
import { composeStatements } from '../reports/statement/compose.ts';
import type { StatementDocument } from '../reports/statement/document.ts';
import { renderStatement } from '../reports/statement/render.ts';
import { instant } from '../warehouse/clock.ts';
import type { Period } from '../warehouse/period.ts';
import type { Job, Run } from './job.ts';
import { catchUp } from './load-events.ts';

export const issueStatements: Job = {
  name: 'issue-statements',
  meaning:
    'Renders the statements of a closed period and stores them permanently; an issued statement is never rendered again.',
  about: 'period',
  async run(run, period) {
    const issued = await issuedIn(run, period);
    let newCount = 0;
    for await (const document of composeStatements(run.warehouse, { period, issuerName: run.issuerName })) {
      if (!issued.has(document.statement_id)) {
        await issue(run, document);
        if (++newCount % 25 === 0) run.progress(`${newCount} statements`);
      }
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

/** The documents are durable before the control store refers to them; the event is enqueued in the same transaction. */
async function issue(run: Run, document: StatementDocument): Promise<void> {
  const { statement_id, period, currency, creator } = document;
  const rendered = await renderStatement(document);
  const json_hash = await run.documents.put(rendered.json);
  const csv_hash = await run.documents.put(rendered.csv);
  const xlsx_hash = await run.documents.put(rendered.xlsx);
  const pdf_hash = await run.documents.put(rendered.pdf);
  const issued_at = instant(run.clock.now());
  await run.operational.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('statement_documents')
      .values({
        statement_id,
        creator_id: creator.creator_id,
        period,
        currency,
        issued_at,
        json_hash,
        csv_hash,
        xlsx_hash,
        pdf_hash,
      })
      .execute();
    await enqueueEvent(transaction, {
      declaration: royaltyStatementIssued,
      messageId: `${statement_id}-issued`,
      occurredAt: issued_at,
      properties: {
        statement_id,
        creator_id: creator.creator_id,
        statement_period: period,
        currency,
        document_hash: json_hash,
      },
    });
  });
}
