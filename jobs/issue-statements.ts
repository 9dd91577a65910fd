import { royaltyStatementIssued } from '../ingest/events/payouts.ts';
import { enqueueEvents } from '../ingest/outbox/enqueue-event.ts';
import { statementFileName } from '../reports/statement/file-name.ts';
import { readStatements, type StatementSources } from '../reports/statement/read.ts';
import { requirePresent } from '../warehouse/invariant.ts';
import { parsePeriod } from '../warehouse/period.ts';
import { assertAllIssued, type IssuableKind, issueDocuments } from './issue-documents.ts';
import type { Job } from './job.ts';
import { catchUp } from './load-events.ts';
import { payersOfMonth } from './tax/payers.ts';

/** Statements: one for each creator and currency of a closed period, in four formats. */
export const STATEMENTS: IssuableKind<StatementSources> = {
  kind: 'statement',
  noun: 'statement',
  entry: new URL('../reports/statement/render-entry.ts', import.meta.url),
  async *read({ warehouse, issuerName, statements: settings }, text) {
    const period = parsePeriod(text);
    const payerOf = await payersOfMonth({ warehouse }, period);
    yield* readStatements(warehouse, { period, issuerName, payerOf, ...(settings && { settings }) });
  },
  identify: ({ statement_id, balance: { creator_id, currency } }) => ({
    content_id: statement_id,
    subject: creator_id,
    currency,
  }),
  fileName: ({ subject, period, currency = '' }, format) =>
    statementFileName({ period, currency, creator_id: subject }, format),
  record: (transaction, issued) =>
    enqueueEvents(
      transaction,
      issued.map(({ content_id, subject, period, currency = '', issued_at, files }) => ({
        declaration: royaltyStatementIssued,
        messageId: `${content_id}-issued`,
        occurredAt: issued_at,
        properties: {
          ...{ statement_id: content_id, creator_id: subject, statement_period: period, currency },
          document_hash: requirePresent(files.json, 'A statement is issued as JSON.').hash,
        },
      })),
    ),
};

export const issueStatements: Job = {
  name: 'issue-statements',
  meaning:
    'Renders the statements of a closed period and stores them permanently; an issued statement is never rendered again.',
  about: 'period',
  async run(run, period) {
    await run.assertDiskSpace('Issuing the statements');
    const result = await issueDocuments(run, { period, of: STATEMENTS });
    await catchUp(run);
    assertAllIssued(result, { noun: STATEMENTS.noun, period });
    return { period, issued: result.issued, statements: result.total };
  },
};
