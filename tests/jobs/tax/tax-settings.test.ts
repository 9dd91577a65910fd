import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePeriod } from '../../../jobs/close-period.ts';
import type { Services } from '../../../jobs/job.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { assignPayer } from '../../../jobs/tax/assign-payer.ts';
import { setTaxSettings, taxSettingsOf } from '../../../jobs/tax/tax-settings.ts';
import { taxYearStatus } from '../../../jobs/tax/tax-year.ts';
import { Conflict, Rejected } from '../../../warehouse/errors.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { EXAMPLE } from '../../reports/tax/example.ts';
import { writeLedger } from '../../reports/tax/ledger-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { recordJanuary } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
let folder: TemporaryFolder;
let services: Services & { readonly taxFile: string };
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(harness);
  folder = await temporaryFolder();
  services = { ...harness.services, taxFile: join(folder.path, 'tax.json') };
  const { dac7: _, ...rest } = EXAMPLE;
  const payer = { ...EXAMPLE.payer, address: { ...EXAMPLE.payer.address, country: 'GB' } };
  await writeFile(
    services.taxFile,
    JSON.stringify({ ...rest, other_payers: { britain: { payer, year_basis: 'credited' } } }),
  );
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const US = {
  payer_id: 'main',
  valid_from_on: '2026-02-01',
  payer_country: 'US',
  undocumented_treatment: 'as_foreign',
} as const;
const set = (settings: Parameters<typeof setTaxSettings>[1]) => setTaxSettings(services, settings, 'Fay');

test.each([
  [{ ...US, payer_country: 'FR' }, 'There are no rules of tax withheld for a payer in FR, only for DE, GB, US;'],
  [
    { ...US, payer_country: 'DE', undocumented_treatment: 'as_unidentified' as const },
    'A payer in DE has no rule for residents without a number; choose as_foreign or not_withheld.',
  ],
  [
    { ...US, payer_id: 'britain' },
    'The payer britain is in GB by the tax file, so it does not withhold by the law of US;',
  ],
  [{ ...US, payer_id: 'malta' }, 'The tax file has no payer "malta"; it has main, britain.'],
])('settings without a rule are refused: %j', async (settings, message) => {
  await expect(set(settings)).rejects.toThrow(Rejected);
  await expect(set(settings)).rejects.toThrow(message);
});

const GB = { ...US, payer_id: 'britain', payer_country: 'GB' } as const;

test('from the day that finance has set, each payer withholds by its own law; a closed month is not changed any more', async () => {
  await harness.run(loadEvents);
  await assignPayer(services, { payer: 'britain', year: '2026', creators: ['cr_ben', 'cr_cai'] }, 'Fay');
  expect(await set(US)).toMatchObject({ ...US, decided_by: 'Fay' });
  expect(await set(GB)).toMatchObject({ ...GB, decided_by: 'Fay' });
  await harness.run(closePeriod, '2026-01');
  expect(await taxSettingsOf(services)).toMatchObject([GB, US]);
  const withheld = await services.warehouse.query(`
    select withheld.creator_id, withholding_rule_id, status_basis, withheld.withheld_minor, closing_minor
    from tantieme.withholdings as withheld
    join tantieme.balances as balances on balances.period = withheld.period and balances.creator_id = withheld.creator_id
    where withheld.creator_id in ('cr_ada', 'cr_ben')
    order by withheld.creator_id`);
  // Of 80.00, 30 %; of 79.98, 20 %, because Ben lives in Germany.
  expect(withheld).toEqual([
    {
      ...{ creator_id: 'cr_ada', withholding_rule_id: 'US-foreign', status_basis: 'assumed' },
      ...{ withheld_minor: 2400n, closing_minor: 5600n },
    },
    {
      ...{ creator_id: 'cr_ben', withholding_rule_id: 'GB-foreign', status_basis: 'documented' },
      ...{ withheld_minor: 1600n, closing_minor: 6398n },
    },
  ]);
  await expect(set({ ...US, undocumented_treatment: 'not_withheld' })).rejects.toThrow(Conflict);
  await expect(set({ ...US, undocumented_treatment: 'not_withheld' })).rejects.toThrow(
    'Tax cannot be withheld from 2026-02-01 on: 2026-01 is closed, and its royalties were credited on 2026-02-01. Choose a later day.',
  );
});

test('of each payer, forms have the tax that statements and the ledger have of its creators', async () => {
  // A year is complete once its last month is closed.
  await writeLedger(services.warehouse, [], ['2026-11']);
  const inLedger = await services.warehouse.query<{ payer: string; currency: string; stated: bigint; posted: string }>(`
    select
      case when balances.creator_id in ('cr_ben', 'cr_cai') then 'britain' else 'main' end as payer,
      balances.currency,
      cast(sum(balances.withheld_minor) as bigint) as stated,
      sum(posted.amount) as posted
    from ledger.balances as balances
    join (
      select account_owner_id, currency, -sum(posting_amount) as amount
      from ledger.postings
      where account = 'withholding'
      group by all
    ) as posted on posted.account_owner_id = balances.creator_id and posted.currency = balances.currency
    group by all
    order by payer desc, balances.currency`);
  const onForms = async (payer: string) => {
    const { totals } = await taxYearStatus(services, '2026', payer);
    const withheld = totals
      .filter(({ amount }) => amount === 'withheld')
      .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
    return withheld.map(({ currency, ledger }) => [payer, currency, ledger]);
  };
  const forms = [...(await onForms('main')), ...(await onForms('britain'))];
  expect(forms).toEqual(
    inLedger.map(({ payer, currency, stated }) => [payer, currency, minorToDecimal(stated, currency)]),
  );
  expect(forms).toEqual(inLedger.map(({ payer, currency, posted }) => [payer, currency, Number(posted).toFixed(2)]));
  expect(forms).toContainEqual(['britain', 'EUR', '32.00']);
});
