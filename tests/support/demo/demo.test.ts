import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODELS } from '../../../transforms/models.ts';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { decimalOf, parseDecimal } from '../../../warehouse/money.ts';
import { startBigQuery } from '../bigquery/local-bigquery.ts';
import { FULL_RUN } from '../full-run.ts';
import { missingGoogleSql } from '../googlesql/server.ts';
import { demo, MAIN } from './run.ts';
import type { Summary } from './summary.ts';

/** A month small enough to run several times, also on the local BigQuery, where each statement takes much longer than on DuckDB. */
const SMALL = ['--events', '400', '--creators', '6', '--seed', '11'];

/** The steps after which a run is killed in a full run, one after another. */
const KILLED_AFTER = ['load', 'approve'];

/** Whole months on the local BigQuery are in `warehouse/bigquery/months.test.ts`. */
const withoutBigQuery = missingGoogleSql ?? (FULL_RUN ? undefined : 'npm run test:faults runs it');

let folder: string;
let whole: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-demo-'));
  await demo(['--out', join(folder, 'duckdb'), ...SMALL]);
  whole = summaryIn('duckdb');
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the demo', () => {
  it('accounts for every event sent', () => {
    const { sent, accepted, landed, duplicates, quarantined } = whole.events;
    expect(sent).toBe(400);
    expect(accepted).toBe(sent);
    expect(landed + duplicates + quarantined).toBe(accepted);
    expect(duplicates).toBeGreaterThan(0);
    expect(quarantined).toBeGreaterThan(0);
  });

  it('leaves no money unexplained', () => {
    expect(whole.money.map(({ currency }) => currency)).toEqual(['EUR', 'USD']);
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
    beforeAll(() => demo(['--warehouse', 'bigquery', ...SMALL, '--out', join(folder, 'bigquery')]), 600_000);

    /** The paths of all documents; a path contains the hash of the bytes. */
    const documentsOf = (engine: 'duckdb' | 'bigquery'): string[] =>
      readdirSync(join(folder, engine, 'data', 'documents'), { recursive: true })
        .map(String)
        .sort();

    it('has the same rows in every model', async () => {
      const duckdb = await openDuckDb({ path: join(folder, 'duckdb', 'data', 'warehouse.duckdb') });
      const projectId = 'tantieme-demo';
      await using kept = await startBigQuery({ projectId, folder: join(folder, 'bigquery', 'bigquery') });
      const address = parseBigQueryAddress(`bigquery://${projectId}/tantieme`);
      const bigquery = openBigQuery({ address, apiEndpoint: kept.url });
      for (const { name, key, kind } of MODELS) {
        // Those of other kinds are there only during a build.
        if (kind !== 'view' && kind !== 'period') continue;
        const sql = `select * from ${name} order by ${key.join(', ')}`;
        expect(await bigquery.query(sql), name).toEqual(await duckdb.query(sql));
      }
      for (const name of [
        'tantieme.postings',
        'tantieme.balances',
        'tantieme.reconciliations',
        'tantieme.quarantined_events',
      ]) {
        expect(await duckdb.query(`select * from ${name}`), name).not.toEqual([]);
      }
      await duckdb.close();
      await bigquery.close();
    }, 300_000);

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
  it('changes nothing when repeated: same seal, no second transfer, every event a duplicate', async () => {
    await demo(['--out', join(folder, 'duckdb'), '--again']);
    const again = summaryIn('duckdb');
    expect(again.events).toEqual({ sent: 400, accepted: 400, landed: 0, duplicates: 400, quarantined: 0 });
    expect(withoutTimes({ ...again, events: whole.events })).toEqual(withoutTimes(whole));
  }, 300_000);

  it.skipIf(!FULL_RUN)(
    'ends with the same summary when killed after a step and repeated',
    async () => {
      const out = join(folder, 'killed');
      for (const [index, step] of KILLED_AFTER.entries()) {
        await demo(['--out', out, ...(index === 0 ? SMALL : ['--again'])], { killAfter: step });
      }
      await demo(['--out', out, '--again']);
      expect(withoutTimes(summaryIn('killed'))).toEqual(withoutTimes(whole));
    },
    300_000,
  );

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

function withoutTimes({ seconds_by_step, ...rest }: Summary): Omit<Summary, 'seconds_by_step'> {
  return rest;
}
