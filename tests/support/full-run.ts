import { globSync, readFileSync } from 'node:fs';

/**
 * Whether tests that repeat something with many seeds, months or faults do so in full, and those of tools that take half a minute run.
 * `npm test` takes a few of each kind, which is enough to find most mistakes; `npm run test:faults` takes all. The gate, `npm run test:all`,
 * runs every file, in full where there is more than `npm test` takes: none runs twice.
 */
export const FULL_RUN = process.env.FULL_RUN !== undefined;

/** What takes long and is seldom touched: only a full run has it. To run one of them alone, set `FULL_RUN`. */
export const ONLY_IN_FULL_RUN: readonly string[] = [
  'tests/api/auth/apps.test.ts',
  'tests/api/auth/shared-limits.test.ts',
  'tests/api/auth/single-sign-on.test.ts',
  'tests/api/boot/npm-start.test.ts',
  'tests/api/boot/server.test.ts',
  'tests/api/boot/startup-faults.test.ts',
  'tests/api/http/invoices.test.ts',
  'tests/api/http/query.test.ts',
  'tests/api/portal/retention.test.ts',
  'tests/api/portal/w8bene.test.ts',
  'tests/api/queries/query-marts.test.ts',
  'tests/browser/api-reference.test.ts',
  'tests/browser/month-end.test.ts',
  'tests/browser/portal.test.ts',
  'tests/ingest/faults/faults.test.ts',
  'tests/ingest/load/segment-loader.test.ts',
  'tests/ingest/outbox/outage.test.ts',
  'tests/ingest/stripe/any-order.test.ts',
  'tests/jobs/doubtful-payments.test.ts',
  'tests/jobs/exception-totals.test.ts',
  'tests/jobs/invoices/credits.test.ts',
  'tests/jobs/invoices/invoices-of-payers.test.ts',
  'tests/jobs/invoices/issue-invoices.test.ts',
  'tests/jobs/payouts/destination-charges.test.ts',
  'tests/jobs/payouts/held-payouts.test.ts',
  'tests/jobs/payouts/instant/request-instant-payouts.test.ts',
  'tests/jobs/payouts/paused-sender.test.ts',
  'tests/jobs/payouts/rails/bank/bank-files.test.ts',
  'tests/jobs/payouts/rails/bank/edited-lines.test.ts',
  'tests/jobs/payouts/rails/bank/files-of-payers.test.ts',
  'tests/jobs/payouts/rails/bank/resolve-file.test.ts',
  'tests/jobs/payouts/reverse-payout.test.ts',
  'tests/jobs/publish-marts/clients.test.ts',
  'tests/jobs/publish-marts/readers.test.ts',
  'tests/jobs/publish-marts/write-coarse-figures.test.ts',
  'tests/jobs/quarantined-money.test.ts',
  'tests/jobs/tax/payers.test.ts',
  'tests/reports/dashboards/engines.test.ts',
  'tests/reports/documents/renderer.test.ts',
  'tests/reports/invoice/validators.test.ts',
  'tests/reports/statement/verapdf.test.ts',
  'tests/reports/tax/verapdf.test.ts',
  'tests/transforms/compared-months.test.ts',
  'tests/transforms/conservation.test.ts',
  'tests/transforms/engine/move-warehouse.test.ts',
  'tests/transforms/ledger/arrival.test.ts',
  'tests/transforms/ledger/fact-keys.test.ts',
  'tests/transforms/ledger/late-events.test.ts',
  'tests/transforms/ledger/odd-months.test.ts',
  'tests/transforms/ledger/rules.test.ts',
  'tests/transforms/ledger/source-counts.test.ts',
  'tests/transforms/ledger/untaxed-credits.test.ts',
  'tests/transforms/ledger/withheld-refunds.test.ts',
  'tests/transforms/ledger/year.test.ts',
  'tests/transforms/plans.test.ts',
  'tests/warehouse/bigquery/months.test.ts',
  'tests/warehouse/bigquery/transaction/appended-rows.test.ts',
  'tests/warehouse/bigquery/transaction/faults.test.ts',
];

const EVERY_FILE = 'tests/**/*.test.ts';

/** The test files of this run. */
export function filesOfRun(): { include: string[]; exclude: string[] } {
  if (!FULL_RUN) return { include: [EVERY_FILE], exclude: [...ONLY_IN_FULL_RUN] };
  return { include: process.env.FULL_RUN === 'all' ? [EVERY_FILE] : filesOfFullRun(), exclude: [] };
}

/** Those of which a full run does more: those that read `FULL_RUN`, and those that only it has. */
function filesOfFullRun(): string[] {
  const reading = globSync(EVERY_FILE).filter((path) => /\bFULL_RUN\b/.test(readFileSync(path, 'utf8')));
  return [...new Set([...reading, ...ONLY_IN_FULL_RUN])];
}
