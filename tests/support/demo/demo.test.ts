import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { problemsOf } from '../../../reports/statement/verify-proof.ts';
import { MODELS } from '../../../transforms/models.ts';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { decimalOf, parseDecimal } from '../../../warehouse/money.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { startBigQuery } from '../bigquery/local-bigquery.ts';
import { FULL_RUN } from '../full-run.ts';
import { missingGoogleSql } from '../googlesql/server.ts';
import { casesBefore, casesDuring } from './cases.ts';
import { cashCases } from './cash-cases.ts';
import { CORRECT_KINDS } from './correct-kinds.ts';
import { paymentCases, paymentCasesBefore } from './payment-cases.ts';
import { demo, MAIN } from './run.ts';
import type { Summary } from './summary.ts';

/** A month small enough to run several times, also on the local BigQuery, where each statement takes much longer than on DuckDB. */
const SMALL = ['--events', '400', '--creators', '6', '--seed', '11'];

/** The events of the special cases. */
const CASES = [
  ...[...casesBefore(), ...paymentCasesBefore()],
  ...[...casesDuring(), ...cashCases(), ...paymentCases()],
].filter(({ kind }) => kind === 'event').length;

/** The step after which a run is killed in a full run. What a kill leaves of events is in `tests/ingest/faults`. */
const KILLED_AFTER = 'approve';

/** Whole months on the local BigQuery are in `warehouse/bigquery/months.test.ts`. */
const withoutBigQuery = missingGoogleSql ?? (FULL_RUN ? undefined : 'npm run test:faults runs it');

let folder: string;
let whole: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-demo-'));
  await demo(['--out', join(folder, 'duckdb'), ...SMALL]);
  whole = summaryIn('duckdb');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the demo', () => {
  it('accounts for every event sent', () => {
    const { sent, accepted, landed, duplicates, quarantined } = whole.events;
    expect(sent).toBe(400 + CASES);
    expect(accepted).toBe(sent);
    expect(landed + duplicates + quarantined).toBe(accepted);
    expect(duplicates).toBeGreaterThan(0);
    expect(quarantined).toBeGreaterThan(0);
  });

  it('leaves no money unexplained', () => {
    expect(whole.money.map(({ currency }) => currency)).toEqual(['EUR', 'JPY', 'KWD', 'USD']);
    for (const { buyers_net, creators, platform_fee, rounding, suspense, residual } of whole.money) {
      expect(residual).toBe('0');
      const parts = [creators, platform_fee, rounding, suspense]
        .map(parseDecimal)
        .reduce((sum, part) => sum + part, 0n);
      expect(decimalOf(parts)).toBe(buyers_net);
    }
  });

  it('makes the transfers at Stripe that it reports as paid, and reconciles', () => {
    expect(whole.payouts.sent).toBeGreaterThan(0);
    expect(whole.stripe.transfers).toBe(whole.payouts.sent);
    expect(whole.stripe.amount_by_currency).toEqual(whole.payouts.amount_by_currency);
    expect(whole.reconciliation).toEqual({ verdict: 'reconciled', breaks: 0 });
    expect(whole.bridge.map(({ currency }) => currency)).toEqual(['EUR', 'JPY', 'KWD', 'USD']);
    for (const { opening, activity, payouts, closing, retrieved, residual } of whole.bridge) {
      const sum = [opening, activity, payouts].map(parseDecimal).reduce((total, part) => total + part, 0n);
      expect([decimalOf(sum), retrieved, parseDecimal(residual)]).toEqual([
        decimalOf(parseDecimal(closing)),
        closing,
        0n,
      ]);
    }
  });

  it('contains each kind of movement that is correct', async () => {
    const warehouse = await openDuckDb({ path: join(folder, 'duckdb', 'data', 'warehouse.duckdb') });
    try {
      const missing: string[] = [];
      for (const [kind, where] of Object.entries(CORRECT_KINDS)) {
        const [row] = await warehouse.query<{ count: bigint }>(`select count(*) as count from ${where}`);
        if (row?.count === 0n) missing.push(kind);
      }
      expect(missing).toEqual([]);
    } finally {
      await warehouse.close();
    }
  });

  it('shows each special case on the statement of its creator, or says in which exception it is', () => {
    const path = join(folder, 'duckdb', 'statements', 'statement-2026-01-eur-cr_demo_ines.json');
    const ines = JSON.parse(readFileSync(path, 'utf8')) as StatementDocument;
    expect(problemsOf(ines)).toEqual([]);
    const named = (kind: string): string[] =>
      ines.lines
        .filter((line) => line.kind === kind)
        .map((line) => {
          const sales = line.movements.map(({ sale_id }) => sale_id.replace('sale_demo_', ''));
          return [line.corrected_kind ?? line.asset_title, line.earned_period, line.amount, ...sales].join(' ');
        })
        .sort();
    expect(named('earning')).toEqual([
      '1984-01-01 2026-01 0.80',
      '1984-01-01 2026-01 19.20',
      'Field notes, volume two 2026-01 19.20',
      'Letters from the harbour 2026-01 115.20',
      'Recipes of the coast 2026-01 0.80',
      'Voices of the market 2026-01 0.80',
    ]);
    expect(named('refund')).toEqual([
      'Letters from the harbour 2025-12 -19.20 old',
      'Letters from the harbour 2026-01 -19.20 cart_1 cart_2',
    ]);
    expect(named('adjustment')).toEqual([
      'balance 2026-01 12.50',
      'dispute 2025-12 19.20 appeal',
      'refund 2025-12 19.20 bank',
      'sale 2025-12 -19.20 debit',
      'use 2025-12 -32.00',
    ]);
    expect(ines.payout_decision.held).toBe('19.20');
    expect(whole.special_cases).toHaveLength(19);
    expect(whole.special_cases.slice(-5).map((text) => text.split(': ')[1])).toEqual([
      'consent_missing',
      'asset_withdrawn',
      'charge_missing',
      'reports_differ',
      'reports_differ',
    ]);
  });

  it('writes CSV files whose rows sum to the closing balance', () => {
    const files = readdirSync(join(folder, 'duckdb', 'statements')).filter((name) => name.endsWith('.csv'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const name of files) {
      const rows = readFileSync(join(folder, 'duckdb', 'statements', name), 'utf8')
        .trim()
        .split('\r\n')
        .slice(1);
      // The first six columns never hold a quote or a comma: row type, statement, creator, period, currency, amount.
      const amounts = rows
        .map((row) => row.split(',', 6))
        // A movement is a part of its line.
        .filter(([type]) => type !== 'movement')
        .map(([type, , , , , amount = '']) => ({ type, nanos: parseDecimal(amount) }));
      const closing = amounts.filter(({ type }) => type === 'closing_balance');
      const others = amounts.filter(({ type }) => type !== 'closing_balance');
      expect(closing).toHaveLength(1);
      expect(others.reduce((sum, { nanos }) => sum + nanos, 0n)).toBe(closing[0]?.nanos);
    }
  });
});

describe.skipIf(withoutBigQuery)(
  `the same month on BigQuery${withoutBigQuery ? `, skipped: ${withoutBigQuery}` : ''}`,
  () => {
    beforeAll(() => demo(['--warehouse', 'bigquery', ...SMALL, '--out', join(folder, 'bigquery')]));

    /** The paths of all documents; a path contains the hash of the bytes. */
    const documentsOf = (engine: 'duckdb' | 'bigquery'): string[] =>
      readdirSync(join(folder, engine, 'data', 'documents'), { recursive: true })
        .map(String)
        .sort();

    it('has the same rows in every model', async () => {
      const projectId = 'tantieme-demo';
      await using kept = await startBigQuery({ projectId, folder: join(folder, 'bigquery', 'bigquery') });
      const address = parseBigQueryAddress(`bigquery://${projectId}/tantieme`);
      // Closed even if the models differ: the next run of the demo opens the same file.
      await using opened = new AsyncDisposableStack();
      const close = (warehouse: Warehouse) => warehouse.close();
      const duckdb = opened.adopt(
        await openDuckDb({ path: join(folder, 'duckdb', 'data', 'warehouse.duckdb') }),
        close,
      );
      const bigquery = opened.adopt(openBigQuery({ address, apiEndpoint: kept.url }), close);
      for (const { name, key, kind } of MODELS) {
        // Those of other kinds are there only during a build.
        if (kind !== 'view' && kind !== 'period') continue;
        const sql = `select * from ${name} order by ${key.join(', ')}`;
        expect(withoutKeys(await bigquery.query(sql)), name).toEqual(withoutKeys(await duckdb.query(sql)));
      }
      for (const name of [
        'tantieme.postings',
        'tantieme.balances',
        'tantieme.reconciliations',
        'tantieme.quarantined_events',
      ]) {
        expect(await duckdb.query(`select * from ${name}`), name).not.toEqual([]);
      }
    });

    it('has the same seal, amounts and payouts', () => {
      expect(whole.seal).toMatch(/^[0-9a-f]{64}$/);
      expect(withoutTimes(summaryIn('bigquery'))).toEqual(withoutTimes(whole));
    });

    it('has statements with the same bytes in every format', () => {
      const documents = documentsOf('duckdb').filter((path) => /[0-9a-f]{32}/.test(path));
      expect(documents.length).toBe(4 * whole.statements);
      expect(documentsOf('bigquery')).toEqual(documentsOf('duckdb'));
    });
  },
);

describe('the demo, run again,', () => {
  it.skipIf(!FULL_RUN)(
    'changes nothing when repeated: same seal, no second transfer, every event a duplicate',
    async () => {
      await demo(['--out', join(folder, 'duckdb'), '--again']);
      const again = summaryIn('duckdb');
      expect(again.events).toEqual({
        ...{ sent: 400 + CASES, accepted: 400 + CASES },
        ...{ landed: 0, duplicates: 400 + CASES, quarantined: 0 },
      });
      expect(withoutTimes({ ...again, events: whole.events })).toEqual(withoutTimes(whole));
    },
  );

  it.skipIf(!FULL_RUN)('ends with the same summary when killed after a step and repeated', async () => {
    const out = join(folder, 'killed');
    await demo(['--out', out, ...SMALL], { killAfter: KILLED_AFTER });
    await demo(['--out', out, '--again']);
    expect(withoutTimes(summaryIn('killed'))).toEqual(withoutTimes(whole));
  });

  it('refuses invalid options in one sentence', () => {
    const failed = (...args: string[]): { status: number; stderr: string } => {
      try {
        execFileSync(process.execPath, [MAIN, ...args], { stdio: 'pipe' });
        return { status: 0, stderr: '' };
      } catch (error) {
        const { status, stderr } = error as { status: number; stderr: Buffer };
        return { status, stderr: String(stderr).trim() };
      }
    };
    expect(failed('--events', 'many')).toEqual({ status: 2, stderr: '--events takes a whole number, not "many".' });
    for (const size of [
      ['--events', '60000'],
      ['--events', '2000', '--creators', '300'],
    ]) {
      expect(failed('--warehouse', 'bigquery', ...size), size.join(' ')).toEqual({
        status: 2,
        stderr: expect.stringMatching(
          /^A month of \d+ events of 300 creators is too large for the local BigQuery, [^.\n]+ leave out --warehouse bigquery\.$/,
        ),
      });
    }
    expect(failed('--out', tmpdir())).toEqual({
      status: 2,
      stderr: `The demo cannot use ${tmpdir()}, because it was not made by the demo. Choose another folder with --out.`,
    });
  });
});

function summaryIn(name: string): Summary {
  return JSON.parse(readFileSync(join(folder, name, 'summary.json'), 'utf8')) as Summary;
}

/** Without the ids of the API keys of those who decided something, which are drawn. */
function withoutKeys(rows: readonly ValueRow[]): object[] {
  const people = ['proposed_by', 'decided_by', 'changed_by'];
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        people.includes(name) ? String(value).replace(/ \(key_\w+\)$/, '') : value,
      ]),
    ),
  );
}

function withoutTimes({ seconds_by_step, ...rest }: Summary): Omit<Summary, 'seconds_by_step'> {
  return rest;
}
