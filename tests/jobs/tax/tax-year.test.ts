import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Services } from '../../../jobs/job.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { exportTaxForm, taxYearStatus } from '../../../jobs/tax/tax-year.ts';
import { releaseYearOpening, requestYearOpening, yearOpenings } from '../../../jobs/tax/year-openings.ts';
import { filesInArchive } from '../../../reports/render/zip.ts';
import type { TaxManifest } from '../../../reports/tax/manifest.ts';
import { FORMS, type TaxFormName } from '../../../reports/tax/words.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE, type Example } from '../../reports/tax/example.ts';
import { type Month, writeLedger } from '../../reports/tax/ledger-year.ts';
import { SEEDED } from '../../reports/tax/seeded-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { openTaxStore, type TaxStore } from './tax-store.ts';

let base: TaxStore;
let folder: TemporaryFolder;
let services: Services & { readonly taxFile: string };

/** A refund of what an earlier year credited. */
const OF_2025 = { refundedOf: [['2025-06', 300n]] } as const;

const MONTHS: readonly Month[] = [
  // December of the year before is credited in January, December in the next year.
  { period: '2025-12', creator_id: 'cr_ada', currency: 'USD', earned: 1_000n },
  { period: '2026-11', creator_id: 'cr_ada', currency: 'USD', earned: 2_000n, refunded: 500n, ...OF_2025 },
  { period: '2026-12', creator_id: 'cr_ada', currency: 'USD', earned: 99_000n, refunded: 1_000n },
  { period: '2026-03', creator_id: 'cr_ada', currency: 'EUR', earned: 1_000n, adjusted: 300n },
  { period: '2026-02', creator_id: 'cr_ben', currency: 'EUR', earned: 12_345n, rule: 'US-foreign', withheld: 3_704n },
  {
    period: '2026-09',
    creator_id: 'cr_ben',
    currency: 'EUR',
    earned: 5_000n,
    rule: 'US-foreign',
    withheld: 1_500n,
    ...OF_2025,
  },
  { period: '2026-05', creator_id: 'cr_cleo', currency: 'USD', earned: 5_000n, rule: 'US-backup', withheld: 1_200n },
  { period: '2026-06', creator_id: 'cr_dan', currency: 'USD', earned: 999n },
  // Nothing but a refund of 2025, whose line is rounded down.
  { period: '2026-07', creator_id: 'cr_fay', currency: 'USD', refundedOf: [['2025-06', 333n, '3.324']] },
];

beforeAll(async () => {
  [base, folder] = [await openTaxStore(), await temporaryFolder()];
  await base.restart();
  services = { ...base.services, taxFile: join(folder.path, 'tax.json') };
  await writeLedger(services.warehouse, [...MONTHS, ...SEEDED], ['2024-11', '2024-12', '2026-11', '2026-12']);
  const record = (creatorId: string, profile: object) => recordProfile(services, { creatorId, profile, by: 'finn' });
  await record('cr_ada', PROFILES.w9);
  await record('cr_ben', PROFILES.w8ben);
  await record('cr_ben', PROFILES.dac7_person);
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function decide(change: (example: Example) => void = () => {}): Promise<void> {
  const example = structuredClone(EXAMPLE);
  change(example);
  await writeFile(services.taxFile, JSON.stringify(example));
}

async function exported(form: TaxFormName) {
  const { archive } = await exportTaxForm(services, { year: '2026', form, by: 'finn' });
  return new Map(filesInArchive(archive).map(({ name, bytes }) => [name, bytes.toString()]));
}

const openings = async (): Promise<string[]> => {
  const rows = await services.operational.selectFrom('tax_openings').selectAll().orderBy('entry').execute();
  return rows.map(({ creator_id, form, purpose, because }) => [creator_id, form, purpose, because].join(' '));
};

test('the status says what is missing for whom, and opens nothing', async () => {
  await decide();
  const { forms, totals } = await taxYearStatus(services, '2026');
  expect(forms).toMatchObject([
    {
      form: 'us_1099_misc',
      included_count: 1,
      left_out_count: { foreign_documented: 1, missing_profile: 2, no_payments: 1 },
      to_be_resolved: [
        { creator_id: 'cr_cleo', reason: 'missing_profile' },
        { creator_id: 'cr_dan', reason: 'missing_profile' },
      ],
      faults: [],
    },
    { form: 'us_1042_s', included_count: 1, left_out_count: { not_foreign: 1, missing_profile: 2, no_payments: 1 } },
    { form: 'dac7', included_count: 1, left_out_count: { missing_profile: 4 } },
    { form: 'generic', included_count: 5, left_out_count: {} },
  ]);
  expect(totals).toContainEqual({ amount: 'credited', currency: 'USD', ledger: '89.99' });
  expect(totals).toContainEqual({ amount: 'withheld', currency: 'EUR', ledger: '52.04' });
  expect(await openings()).toEqual([]);
});

test('1099-MISC has royalties of the year, without the adjustment of a balance, and opens who is on it', async () => {
  await decide();
  const files = await exported('us_1099_misc');
  expect([...files.keys()]).toEqual([
    ...['tax-2026-us-1099-misc.txt', 'tax-2026-us-1099-misc.json', '1099-misc-2026-1.csv', 'recipients/cr_ada.pdf'],
  ]);
  const [titles = '', row = '', end] = files.get('1099-misc-2026-1.csv')?.split('\r\n') ?? [];
  expect(end).toBe('');
  const values = row.split(',');
  const filled = titles.split(',').flatMap((title, at) => (values[at] ? [[title, values[at]]] : []));
  expect(Object.fromEntries(filled)).toMatchObject({
    'Form Type': '1099-MISC',
    'Tax Year': '2026',
    'Recipient TIN Type': 'SSN',
    'Recipient Taxpayer ID Number': '536904399',
    'Recipient First Name': 'Ada',
    'Recipient Last Name (Surname)': 'Example',
    'Recipient State/Province/Territory': 'IL',
    // 10.00 + 20.00 - 5.00 + 10.00 EUR at 1.10.
    'Box 2 - Royalties': '36.00',
  });
  expect(await openings()).toEqual([
    'cr_ada w9 exported 1099-MISC of 2026, by one person alone, as TANTIEME_TAX_OPENED_BY says',
  ]);
  expect(await exported('us_1099_misc')).toEqual(files);
});

test.each(['credited', 'paid'] as const)(
  'Σ of each form and of who is left out = Σ of statements = Σ of the ledger, as %s',
  async (basis) => {
    await decide((example) => {
      example.year_basis = basis;
      Object.assign(example.us_1042_s, { boxes_checked: { '2024': { checked_on: '2025-01-05', checked_by: 'Ada' } } });
      Object.assign(example, basis === 'paid' && { us_1042_s: undefined });
      Object.assign(example.us_1099_misc, basis === 'paid' && { refunds_of_earlier_years: 'deducted' });
      const header = example.us_1099_misc.headers['2026'];
      Object.assign(example.us_1099_misc.headers, { '2024': header });
      const jpy = { from: 'JPY', year: '2024', rate: '0.0066', source: 'IRS', date: '2025-01-05' };
      const usd = { from: 'USD', year: '2024', rate: '0.92', source: 'ECB', date: '2024-12-31' };
      example.rates = [
        { ...jpy, to: 'USD' },
        { ...jpy, to: 'EUR' },
        { ...usd, to: 'EUR' },
      ];
    });
    const sum = (values: readonly (bigint | undefined)[]): bigint =>
      values.reduce<bigint>((total, value) => total + (value ?? 0n), 0n);
    const paidIn2024 = (moves: Month['sent']): bigint =>
      sum((moves ?? []).filter(([day]) => day.startsWith('2024')).map(([, minor]) => minor));
    const expected = ['JPY', 'USD'].flatMap((currency) => {
      const own = SEEDED.filter((month) => month.currency === currency);
      const credited = own.filter(({ period }) => period >= '2023-12' && period <= '2024-11');
      const sums = {
        credited: sum(credited.map(({ earned }) => earned)),
        taken_back: -sum(
          credited.flatMap(({ refunded, refundedOf = [] }) => [refunded, ...refundedOf.map(([, minor]) => minor)]),
        ),
        adjusted: sum(credited.map(({ adjusted }) => adjusted)),
        withheld: sum(credited.map(({ withheld }) => withheld)),
        sent: sum(own.map(({ sent }) => paidIn2024(sent))),
        returned: sum(own.map(({ returned }) => paidIn2024(returned))),
      };
      return Object.entries(sums).map(([amount, minor]) => ({
        amount,
        currency,
        ledger: minorToDecimal(minor, currency),
      }));
    });
    for (const form of basis === 'paid' ? (['us_1099_misc', 'dac7', 'generic'] as const) : FORMS) {
      const { archive } = await exportTaxForm(services, { year: '2024', form, by: 'finn' });
      const manifest = JSON.parse(filesInArchive(archive)[1]?.bytes.toString() ?? '') as TaxManifest;
      expect(manifest.totals.map(({ amount, currency, ledger }) => ({ amount, currency, ledger }))).toEqual(expected);
      expect(manifest.included_count + manifest.left_out.length).toBe(4);
    }
  },
);

test('1042-S has a form for each rate, with the tax that was withheld', async () => {
  await decide();
  const files = await exported('us_1042_s');
  const [titles = '', row = '', end] = files.get('1042-s-2026.csv')?.split('\r\n') ?? [];
  expect([end, titles.split(',').slice(3, 8)]).toEqual([
    '',
    ['1 Income code', '2 Gross income', '3 Chapter indicator', '3a Exemption code', '3b Tax rate'],
  ]);
  // (123.45 + 50.00) EUR at 1.10; 37.04 + 15.00 withheld. The refund of 3.00 EUR of 2025 is in neither.
  expect(row).toContain(',12,190.80,3,00,30.00,15,00.00,57.24,57.24,');
  expect(row).toContain('Ben Beispiel');
  expect([...files.keys()].filter((name) => name.startsWith('recipients/'))).toHaveLength(1);
});

test('a refund of what an earlier year credited is listed, and reduces a form of the IRS only if that is decided', async () => {
  const decided = (choice: 'deducted' | 'not_deducted', more: object = {}) =>
    decide(({ us_1099_misc, us_1042_s }) => {
      Object.assign(us_1099_misc, { refunds_of_earlier_years: choice, ...more });
      Object.assign(us_1042_s, { refunds_of_earlier_years: choice });
    });
  const shown = async (form: TaxFormName, file: string): Promise<string> => {
    const files = await exported(form);
    const manifest = JSON.parse(files.get(`tax-2026-${form.replaceAll('_', '-')}.json`) ?? '') as TaxManifest;
    expect(manifest.refunds_of_earlier_years).toEqual([
      { creator_id: 'cr_ada', currency: 'USD', amount: '-3.00' },
      { creator_id: 'cr_ben', currency: 'EUR', amount: '-3.00' },
      { creator_id: 'cr_fay', currency: 'USD', amount: '-3.33' },
    ]);
    expect(files.get(`tax-2026-${form.replaceAll('_', '-')}.txt`)).toContain('  cr_ben: -3.00 EUR');
    return files.get(file) ?? '';
  };
  await decided('not_deducted');
  expect(await shown('us_1099_misc', '1099-misc-2026-1.csv')).toContain(',36.00,');
  expect(await shown('us_1042_s', '1042-s-2026.csv')).toContain(',12,190.80,');
  await decided('deducted');
  expect(await shown('us_1099_misc', '1099-misc-2026-1.csv')).toContain(',33.00,');
  // 3.00 EUR at 1.10 less, and the same tax.
  expect(await shown('us_1042_s', '1042-s-2026.csv')).toContain(',12,187.50,3,00,30.00,15,00.00,57.24,57.24,');
  // The platform's fee is as much again.
  await decided('not_deducted', { gross: 'before_platform_fee' });
  expect(await shown('us_1099_misc', '1099-misc-2026-1.csv')).toContain(',72.00,');
});

test('a quarter has the months that are credited in it: September is credited in October', async () => {
  await decide();
  const xml = (await exported('dac7')).get('dac7-2026.xml') ?? '';
  expect([...xml.matchAll(/<ConsQ\d[^>]*>(-?\d+)/g)].map(([, whole]) => whole)).toEqual(['86', '0', '0', '32']);
});

test('what is not decided stops the export before anything is opened', async () => {
  const before = await openings();
  const refused = async (form: TaxFormName, change: (example: Example) => void): Promise<string> => {
    await decide(change);
    return exported(form).then(
      () => 'exported',
      (error: Error) => error.message,
    );
  };
  expect(await refused('us_1099_misc', ({ us_1099_misc }) => Object.assign(us_1099_misc, { headers: {} }))).toMatch(
    /nobody has checked the header of its CSV: download the template/,
  );
  expect(await refused('us_1099_misc', (example) => Object.assign(example, { rates: [] }))).toMatch(
    /nothing was:\n {2}rates: there are amounts in EUR, but the tax file has no rate from EUR to USD for 2026/,
  );
  expect(
    await refused('us_1099_misc', ({ us_1099_misc }) => Object.assign(us_1099_misc, { licence_fees_are: 'other' })),
  ).toMatch(/its boxes are for royalties/);
  expect(await refused('dac7', ({ dac7 }) => Object.assign(dac7, { activity: 'out_of_scope' }))).toMatch(
    /out_of_scope/,
  );
  expect(
    await refused('us_1099_misc', (example) => Object.assign(example, { year_basis: undefined, payer: {} })),
  ).toMatch(/required property 'year_basis'[\s\S]*payer must have required property 'name'/);
  expect(await openings()).toEqual(before);
  await decide();
  await expect(exportTaxForm(services, { year: '2027', form: 'generic', by: 'finn' })).rejects.toThrow(
    /2027-11 is open; close it first/,
  );
});

test('without another person nobody opens the numbers of a year, and a release counts for its requester and a day', async () => {
  await decide();
  let now = Date.parse('2027-01-10T09:00:00Z');
  const stores = { ...services, taxOpenedBy: 'two_people' as const, clock: { now: () => now } };
  const open = (by: string) => exportTaxForm(stores, { year: '2026', form: 'us_1099_misc', by });
  const before = (await openings()).length;
  await expect(open('Finn')).rejects.toThrow(/^Finn cannot open .* 1099-MISC of 2026 alone: request it .* release it/);
  const request = { year: '2026', form: 'us_1099_misc', because: 'To file it.', by: 'Finn' } as const;
  const { opening_id: openingId } = await requestYearOpening(stores, request);
  await expect(releaseYearOpening(stores, { openingId, by: ' FINN (key_2)' })).rejects.toThrow(/who requested it/);
  await expect(open('Finn')).rejects.toThrow(Conflict);
  expect(await openings()).toHaveLength(before);
  expect(await releaseYearOpening(stores, { openingId, by: 'Ada' })).toMatchObject({ state: 'released' });
  await expect(releaseYearOpening(stores, { openingId, by: 'Ben' })).rejects.toThrow('is released already, by Ada.');
  // However many are requested since.
  const others = Array.from({ length: 101 }, (_, at) => ({
    ...{ opening_id: `o${at}`, year: '2025', form: 'dac7', because: 'x', requested_by: 'Ben' },
    requested_at: new Date(now).toISOString(),
  }));
  await services.operational.insertInto('tax_year_openings').values(others).execute();
  await open('Finn (key_1)');
  expect((await openings()).at(-1)).toBe('cr_ada w9 exported 1099-MISC of 2026, released by Ada');
  await expect(open('Ada')).rejects.toThrow(Conflict);
  now += 24 * 3_600_000;
  await expect(open('Finn')).rejects.toThrow(Conflict);
  const late = await requestYearOpening(stores, request);
  now += 3 * 24 * 3_600_000;
  await expect(releaseYearOpening(stores, { openingId: late.opening_id, by: 'Ada' })).rejects.toThrow('has lapsed');
  const listed = await yearOpenings(stores);
  expect(listed).toHaveLength(100);
  expect(listed[0]).toMatchObject({ opening_id: late.opening_id, state: 'lapsed' });
  // What has no numbers needs nobody else.
  await exportTaxForm(stores, { year: '2026', form: 'generic', by: 'Finn' });
  await expect(requestYearOpening(stores, { ...request, form: 'generic' })).rejects.toThrow('has no numbers');
});
