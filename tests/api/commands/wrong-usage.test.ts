import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JOBS } from '../../../jobs/jobs.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-usage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tantieme: CommandLine = (args, settings, input) => commandLine(folder)(args, settings, input);

describe('wrong usage exits with 2 and the reason', () => {
  test.each([
    [[], /^Usage: tantieme/],
    [['frob'], /no command "frob"/],
    [['close'], /^The period is missing\.\nUsage: tantieme close P \[--by NAME\] \[--json\]$/m],
    [['close', '2026-13'], /"2026-13" is not a period/],
    [['close', '2026-01', '2026-02'], /^Unexpected argument: 2026-02\.$/m],
    [['close', '2026-01', '--frob'], /Unknown option '--frob'[\s\S]*Usage: tantieme close P/],
    [
      ['payouts', 'steal', '2026-01'],
      /steal is not plan, preview, approve, send, export, bank-answer, bank-resolve, bank-status, status, hold, release, cancel, reverse or override-comparison/,
    ],
    [['payouts', 'export', '2026-01', '--rail', 'swift', '--out', 'x'], /--rail is sepa or ach, not "swift"/],
    [['payouts', 'bank-answer', 'none.xml'], /^none\.xml cannot be read: /m],
    [['payouts', 'reverse', '2026-01', '--because', 'x'], /^The id of a payout or creator is missing\.$/m],
    [['payouts', 'reverse', '2026-01', 'cr_ada', 'cr_ben', '--because', 'x'], /^Unexpected argument: cr_ben\.$/m],
    [['payouts', 'reverse', '2026-01', 'cr_ada'], /^--because is missing\.$/m],
    [['payouts', 'reverse', '2026-01', '--all', '--because', 'x'], /^payouts reverse takes back one payout; name it/m],
    [['statements', '2026-01'], /Give either --out or --zip/],
    [['journal', '2026-01', '--format', 'sap', '--out', 'x'], /--format is csv, datev, quickbooks, xero, not "sap"/],
    [['exceptions', 'list'], /^The period is missing\.$/m],
    [['exceptions', 'forgive', '2026-01'], /forgive is not list, show, assign or acknowledge/],
    [
      ['exceptions', 'acknowledge', '2026-01', '--because', 'x'],
      /^The id of an exception, or --reason, is missing\.$/m,
    ],
    [['exceptions', 'acknowledge', '2026-01', 'sale:1'], /^--because is missing\.$/m],
    [['exceptions', 'acknowledge', '2026-01', 'sale:1', '--because', ' '], /^--because is empty; say in one sentence/],
    [
      ['exceptions', 'acknowledge', '2026-01', '--reason', 'bad_luck', '--because', 'x'],
      /^--reason must be one of before/,
    ],
    [
      ['exceptions', 'acknowledge', '2026-01', 'sale:1', '--reason', 'terms_missing', '--because', 'x'],
      /^Unexpected argument: sale:1\.$/m,
    ],
    [['breaks', 'forgive', '2026-01'], /forgive is not list, show, assign or acknowledge/],
    [['breaks', 'acknowledge', '2026-01', '--because', 'x'], /^The id of a break is missing\.$/m],
    [['breaks', 'acknowledge', '2026-01', 'charge:1', '--because', ' '], /^--because is empty; say in one sentence/],
    [['breaks', 'assign', '2026-01', 'charge:1'], /^The id, address or name of a person is missing\.$/m],
    [['corrections', 'propose', 'sale'], /^Its id is missing\.$/m],
    [['corrections', 'propose', 'sale', 'sale_1', '--reason', 'x'], /^--reference is missing\.$/m],
    [['corrections', 'approve'], /^The id of a correction is missing\.$/m],
    [
      ['tax', 'return'],
      /^return is not profile, settings, payers, status, open, release, openings, export, file or keys\.$/m,
    ],
    [['tax', 'status'], /^The tax year is missing\.$/m],
    [
      ['tax', 'export', '2026', '--form', 'w2', '--out', 'x'],
      /--form is us_1099_misc, us_1042_s, dac7, generic, not "w2"/,
    ],
    [['tax', 'profile', 'steal', 'cr_ada'], /steal is not set, show, list, history, erase or backup-withholding/],
    [['tax', 'profile', 'set', 'cr_ada'], /^--file is missing\.$/m],
    [['tax', 'profile', 'set', 'cr_ada', '--file', 'none.json'], /^none\.json cannot be read: /m],
    [['tax', 'profile', 'show'], /^The id of the creator is missing\.$/m],
    [['tax', 'profile', 'show', 'cr_ada', '--reveal'], /^--because is missing\.$/m],
    [['tax', 'profile', 'erase', 'cr_ada', '--because', ' '], /^--because is empty; say in one sentence why\.$/m],
    [['tax', 'profile', 'list', '--expiring', 'soon'], /^--expiring takes a number of days, not "soon"\.$/m],
    [
      ['tax', 'profile', 'list', '--expiring', '9', '--missing'],
      /^--expiring and --missing are two lists; give one\.$/m,
    ],
    [['tax', 'profile', 'backup-withholding', 'cr_ada', 'maybe', '--because', 'x'], /^maybe is not on or off\.$/m],
    [['tax', 'keys', 'create'], /^The key cannot be created: set TANTIEME_TAX_KEYS to file:PATH/m],
    [['ingest', 'nowhere.ndjson'], /There is no file or folder .*nowhere\.ndjson\./],
    [['pull-stripe', '--from', 'monday'], /^from takes a day such as 2026-01-31 or an instant .+, not "monday"\.$/m],
    [['pull-stripe', '--from', '2026-02-30'], /^from takes a day/],
    [['pull-stripe', '--to', '2026-01-01'], /^pull-stripe cannot be run with to but without from; give both\.$/m],
    [['pull-stripe', '--from', '2026-01-01', '--to', '2026-01-01'], /but to \(2026-01-01\) is not after from/],
    [
      ['keys', 'create', '--role', 'boss', '--name', 'Ada'],
      /^--role must be one of creator, developer, .+, not "boss"\.$/m,
    ],
    [
      ['keys', 'create', '--role', 'creator', '--creator', 'nobody', '--name', 'Ada'],
      /^--creator must be the id of a creator such as cr_1, not "nobody"\.$/m,
    ],
    [['sql', 'nothing'], /no model "nothing"/],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await tantieme(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(sentence);
  });

  test('also for an invalid configuration, with all of its problems', async () => {
    const { code, err } = await tantieme(['migrate'], { PORT: 'x', WAREHOUSE_URL: 'bigquery://a/b' });
    expect(code).toBe(2);
    expect(err).toMatch(/WAREHOUSE_URL[\s\S]*RUDDERSTACK_WRITE_KEYS[\s\S]*PORT/);
  });
});

test('every job that a command runs exists', () => {
  const commands = join(import.meta.dirname, '../../../api/commands');
  const named = readdirSync(commands).flatMap((file) => {
    const text = readFileSync(join(commands, file), 'utf8');
    return [...text.matchAll(/\b(?:job: |periodJob\()'([^']+)'/g)].map(([, name]) => name);
  });
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !JOBS.some((job) => job.name === name))).toEqual([]);
});
