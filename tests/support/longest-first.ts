import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first; a run ends with the ten slowest, which belong here. One that started last would
 * leave the other worker without work.
 */
export const LONGEST: readonly string[] = [
  'tests/jobs/payouts/simulation/simulation.test.ts',
  'tests/support/demo/demo.test.ts',
  'tests/warehouse/bigquery/months.test.ts',
  'tests/browser/portal.test.ts',
  'tests/transforms/marts/breaks.test.ts',
  'tests/ingest/faults/faults.test.ts',
  'tests/jobs/payouts/send-faults.test.ts',
  'tests/transforms/calculator.test.ts',
  'tests/reports/invoice/validators.test.ts',
  'tests/ingest/load/hostile.test.ts',
  'tests/jobs/close-period.test.ts',
  'tests/transforms/scenarios.test.ts',
  'tests/api/commands/cli.test.ts',
  'tests/support/scaffold/scaffold.test.ts',
  'tests/transforms/ledger/rules.test.ts',
  'tests/jobs/exceptions.test.ts',
  'tests/support/dev/dev.test.ts',
  'tests/api/boot/npm-start.test.ts',
  'tests/reports/documents/renderer.test.ts',
  'tests/api/commands/engines.test.ts',
  'tests/transforms/ledger/odd-months.test.ts',
  'tests/transforms/cash.test.ts',
  'tests/warehouse/port/port.test.ts',
  'tests/transforms/ledger/year.test.ts',
  'tests/warehouse/functions/agreement.test.ts',
  'tests/warehouse/bigquery/dry-runs.test.ts',
  'tests/jobs/reconcile-stripe.test.ts',
  'tests/api/portal/month-end.test.ts',
  'tests/api/boot/main.test.ts',
  'tests/transforms/engine/build.test.ts',
  'tests/warehouse/operational/operational.test.ts',
  'tests/warehouse/operational/payout-tables.test.ts',
  'tests/warehouse/operational/opening.test.ts',
  'tests/jobs/schedule.test.ts',
  'tests/portable-sql.test.ts',
  'tests/warehouse/duckdb/file.test.ts',
  'tests/transforms/ledger/closing.test.ts',
  'tests/jobs/trace/trace-record.test.ts',
  'tests/jobs/payouts/send-payouts.test.ts',
  'tests/transforms/ledger/trace.test.ts',
  'tests/transforms/corrections.test.ts',
  'tests/warehouse/bigquery/transaction/commit.test.ts',
  'tests/warehouse/bigquery/transaction/faults.test.ts',
  'tests/warehouse/two-processes.test.ts',
  'tests/warehouse/duckdb/bulk.test.ts',
  'tests/warehouse/duckdb/writer.test.ts',
  'tests/warehouse/values.test.ts',
  'tests/reports/statement/pdf.test.ts',
];

/** The longest files first, then the others by name: the order is the same in every run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placed = files.map((file) => {
      const path = relative(this.ctx.config.root, file.moduleId);
      const place = LONGEST.indexOf(path);
      return { file, path, place: place < 0 ? LONGEST.length : place };
    });
    placed.sort((one, other) => one.place - other.place || (one.path < other.path ? -1 : 1));
    return placed.map(({ file }) => file);
  }
}
