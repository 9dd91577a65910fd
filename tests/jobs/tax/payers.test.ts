import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Services } from '../../../jobs/job.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { placeHold } from '../../../jobs/retention/record-holds.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { assignPayer } from '../../../jobs/tax/assign-payer.ts';
import { assignedPayers } from '../../../jobs/tax/payers.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { exportTaxForm, taxYearStatus } from '../../../jobs/tax/tax-year.ts';
import { filesInArchive } from '../../../reports/render/zip.ts';
import type { TaxManifest } from '../../../reports/tax/manifest.ts';
import type { TaxFormName } from '../../../reports/tax/words.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE } from '../../reports/tax/example.ts';
import { writeLedger } from '../../reports/tax/ledger-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { fileAsFinn, openTaxStore, type TaxStore } from './tax-store.ts';

const { dac7, us_1099_misc, ...REST } = EXAMPLE;
const IRELAND = {
  payer: { ...EXAMPLE.payer, name: 'Example Ireland Ltd.', address: { ...EXAMPLE.payer.address, country: 'IE' } },
  year_basis: 'credited',
  dac7: { ...dac7, sending_country: 'IE', receiving_country: 'IE', operator_id: 'IRELAND1' },
};

let base: TaxStore;
let folder: TemporaryFolder;
let services: Services & { readonly taxFile: string };
beforeAll(async () => {
  [base, folder] = [await openTaxStore(), await temporaryFolder()];
  await base.restart();
  services = { ...base.services, taxFile: join(folder.path, 'tax.json') };
  await decide({ ...REST, us_1099_misc, dac7, other_payers: { ireland: IRELAND } });
  const month = (creator_id: string, earned: bigint) => ({ period: '2026-01', creator_id, currency: 'USD', earned });
  await assign({ payer: 'ireland', year: '2026', creators: ['cr_ben', 'cr_cleo', 'cr_ben'] });
  await runJob(services, { job: loadEvents, startedBy: 'ada' });
  await writeLedger(
    services.warehouse,
    [month('cr_ada', 5_000n), month('cr_ben', 7_000n), month('cr_cleo', 1_000n)],
    ['2026-11'],
  );
  await recordProfile(services, { creatorId: 'cr_ada', profile: PROFILES.w9, by: 'finn' });
  await recordProfile(services, { creatorId: 'cr_ben', profile: PROFILES.dac7_person, by: 'finn' });
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const decide = (file: object) => writeFile(services.taxFile, JSON.stringify(file));
const assign = (request: Parameters<typeof assignPayer>[1]) => assignPayer(services, request, 'Fay');
const file = (form: TaxFormName, payer?: string) =>
  fileAsFinn(services, { year: '2026', form, ...(payer !== undefined && { payer }) });

test('a payer has the creators that were assigned to it, and the payers together are the ledger', async () => {
  const [main, ireland] = [await taxYearStatus(services, '2026'), await taxYearStatus(services, '2026', 'ireland')];
  expect(main.payers).toEqual([
    { payer_id: 'main', name: 'Example Marketplace Inc.', country: 'US' },
    { payer_id: 'ireland', name: 'Example Ireland Ltd.', country: 'IE' },
  ]);
  const shown = ({ forms, totals }: typeof main) => [
    forms.map(({ form, included_count }) => `${form} ${included_count}`),
    totals.find(({ amount }) => amount === 'credited')?.ledger,
  ];
  expect(shown(main)).toEqual([['us_1099_misc 1', 'us_1042_s 0', 'dac7 0', 'generic 1'], '50.00']);
  expect(shown(ireland)).toEqual([['dac7 1', 'generic 2'], '80.00']);
  await expect(taxYearStatus(services, '2026', 'malta')).rejects.toThrow(
    'The tax file has no payer "malta"; it has main, ireland.',
  );
});

test('a year of which a creator has a payer that the tax file has no more is not read: it would be on no form', async () => {
  await decide({ ...REST, us_1099_misc, dac7 });
  const refusal =
    /^The forms of 2026 would not sum to the ledger, .* the payer ireland of cr_ben and 1 more; add what is missing to other_payers/;
  await expect(taxYearStatus(services, '2026')).rejects.toThrow(refusal);
  await expect(exportTaxForm(services, { year: '2026', form: 'us_1099_misc', by: 'finn' })).rejects.toThrow(refusal);
  await decide({ ...REST, us_1099_misc, dac7, other_payers: { ireland: IRELAND } });
});

test('each payer files under its own name and ids, in a series of its own, and a hold on a creator keeps both', async () => {
  expect(await file('us_1099_misc')).toMatchObject({ document_id: 'tax_1099_misc-2026-1-zip', copy_count: 1 });
  expect(await file('dac7')).toMatchObject({ document_id: 'tax_dac7-2026-1-zip', new_count: 0 });
  expect(await file('dac7', 'ireland')).toMatchObject({
    ...{ document_id: 'tax_dac7-2026-ireland-1-zip', filing_number: 1, new_count: 1, copy_count: 1 },
  });
  expect(await file('dac7', 'ireland')).toMatchObject({ is_new: false, filing_number: 1 });
  await expect(file('us_1099_misc', 'ireland')).rejects.toThrow('the tax file has no us_1099_misc');
  const { name, archive } = await exportTaxForm(services, {
    ...{ year: '2026', form: 'dac7', payer: 'ireland', by: 'finn' },
  });
  const files = new Map(filesInArchive(archive).map((each) => [each.name, each.bytes.toString()]));
  expect([name, files.get('dac7-2026.xml')]).toEqual([
    'tax-2026-ireland-dac7.zip',
    expect.stringMatching(/<SendingEntityIN>IRELAND1<.*<MessageRefId>IE2026IE-IRELAND1-.*Example Ireland Ltd\./s),
  ]);
  const manifest = JSON.parse(files.get('tax-2026-ireland-dac7.json') ?? '') as TaxManifest;
  expect(manifest.payer).toEqual({ payer_id: 'ireland', name: 'Example Ireland Ltd.' });
  expect(files.get('tax-2026-ireland-dac7.txt')).toContain('Payer: Example Ireland Ltd. (ireland)');
  const { forms } = await taxYearStatus(services, '2026', 'ireland');
  expect(forms.map(({ filed }) => filed?.document_id)).toEqual(['tax_dac7-2026-ireland-1-zip', undefined]);

  await placeHold(services, { kind: 'tax_dac7', subject: 'cr_ben', because: 'An audit.', by: 'Fay' });
  const held = await services.operational
    .selectFrom('stored_records')
    .select(['record_id', 'subject'])
    .where('is_held', '=', true)
    .orderBy('record_id')
    .execute();
  expect(held.map(({ record_id, subject }) => `${record_id.replace(/-[0-9a-f]{16}-/, '-…-')} ${subject}`)).toEqual([
    ...['tax_dac7-2026-1-json platform', 'tax_dac7-2026-1-zip platform', 'tax_dac7-2026-ireland-1-…-pdf cr_ben'],
    ...['tax_dac7-2026-ireland-1-json platform:ireland', 'tax_dac7-2026-ireland-1-zip platform:ireland'],
  ]);
});

test('a creator has one payer in a year, and is assigned with all others of a request or not at all', async () => {
  const before = await assignedPayers(services);
  const ofIreland = { payer_id: 'ireland', payer_country: 'IE', decided_by: 'Fay' };
  expect(before).toMatchObject(['cr_ben', 'cr_cleo'].map((creator_id) => ({ creator_id, ...ofIreland })));
  const refused = (request: Partial<Parameters<typeof assignPayer>[1]>) =>
    assign({ payer: 'ireland', year: '2026', creators: ['cr_ada'], ...request }).then(
      String,
      (error: Error) => error.message,
    );
  expect(await refused({})).toBe(
    'The payer cannot change in 2026, because closed months have credited or paid something in it: cr_ada (2026-01). Choose a later year; a creator has one payer in a year.',
  );
  expect(await refused({ year: '2027', creators: ['cr_ada', 'cr_zoe'] })).toMatch(/^There is no creator cr_zoe/);
  expect(await refused({ year: '2027', payer: 'malta' })).toMatch(/^The tax file has no payer "malta"/);
  await runJob(services, { job: loadEvents, startedBy: 'ada' });
  expect(await assignedPayers(services)).toEqual(before);
  await assign({ payer: 'ireland', year: '2027', creators: ['cr_ada'] });
});

test('a tax file in which two payers have one number, or one is called as the main one is, is refused', async () => {
  const before = await readFile(services.taxFile, 'utf8');
  const other = { ...IRELAND, us_1099_misc, dac7: { ...IRELAND.dac7, operator_id: dac7.operator_id } };
  await decide({
    ...REST,
    us_1099_misc,
    dac7,
    other_payers: { main: IRELAND, ireland: { ...other, year_basis: 'paid' } },
  });
  await expect(taxYearStatus(services, '2026')).rejects.toThrow(
    /other_payers\.ireland\.us_1099_misc\.refunds_of_earlier_years.*main is the payer that the file begins with.*us_1099_misc\.ein: two payers have 123456789.*dac7\.operator_id: two payers have EXAMPLE1/s,
  );
  await writeFile(services.taxFile, before);
});
