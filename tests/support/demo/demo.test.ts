import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimalOf, parseDecimal } from '../../../warehouse/money.ts';
import { demo, MAIN } from './run.ts';
import type { Summary } from './summary.ts';

/** A month small enough to run several times. */
const SMALL = ['--events', '1000', '--creators', '12', '--seed', '7'];

let folder: string;
let whole: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-demo-'));
  await demo(['--out', join(folder, 'whole'), ...SMALL]);
  whole = summaryIn('whole');
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the demo', () => {
  it('accounts for every event sent', () => {
    const { sent, accepted, landed, duplicates, quarantined } = whole.events;
    expect(sent).toBe(1000);
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
    const files = readdirSync(join(folder, 'whole', 'statements')).filter((name) => name.endsWith('.csv'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const name of files) {
      const rows = readFileSync(join(folder, 'whole', 'statements', name), 'utf8')
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

  it('changes nothing when repeated: same seal, no second transfer, every event a duplicate', async () => {
    await demo(['--out', join(folder, 'whole'), '--again']);
    const again = summaryIn('whole');
    expect(again.events).toEqual({ sent: 1000, accepted: 1000, landed: 0, duplicates: 1000, quarantined: 0 });
    expect(withoutTimes({ ...again, events: whole.events })).toEqual(withoutTimes(whole));
  }, 300_000);

  it('ends with the same summary when killed after a step, after a later one, and repeated', async () => {
    const out = join(folder, 'killed');
    for (const [index, step] of ['load', 'approve'].entries()) {
      await demo(['--out', out, ...(index === 0 ? SMALL : ['--again'])], { killAfter: step });
    }
    await demo(['--out', out, '--again']);
    expect(withoutTimes(summaryIn('killed'))).toEqual(withoutTimes(whole));
  }, 300_000);

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
