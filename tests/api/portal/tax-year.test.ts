import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE } from '../../reports/tax/example.ts';
import { writeLedger } from '../../reports/tax/ledger-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, browserOf, textOf } from './browser.ts';

const PAGE = '/tax?year=2026';
const PREVIEW = '/v1/tax/years/2026/exports/us_1099_misc';

let api: TestApi;
let folder: TemporaryFolder;
let taxFile: string;
let ada: Browser;
let ben: Browser;
beforeAll(async () => {
  folder = await temporaryFolder();
  const [file, keys] = [join(folder.path, 'tax.json'), join(folder.path, 'keys.json')];
  taxFile = file;
  await writeFile(file, JSON.stringify(EXAMPLE));
  await addTaxKey(keys);
  api = await openTestApi({
    ...{ TANTIEME_TAX_FILE: file, TANTIEME_TAX_KEYS: `file:${keys}`, TANTIEME_TAX_RETENTION_YEARS: '7' },
  });
  await fillMarts(api.services);
  const month = { period: '2026-01', creator_id: 'cr_ada', currency: 'USD', earned: 5_000n };
  await writeLedger(api.services.warehouse, [month], ['2026-11']);
  await recordProfile(api.services, { creatorId: 'cr_ada', profile: PROFILES.w9, by: 'Finn' });
  ada = await browserOf(api, { name: 'Ada', role: 'finance' });
  ben = await browserOf(api, { name: 'Ben', role: 'finance' });
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

const read = async (who: Browser, language = 'en'): Promise<string> => textOf((await who.get(PAGE, { language })).body);
const file = (who: Browser, more: Readonly<Record<string, string>> = {}) =>
  who.post('/tax', { act: 'file', year: '2026', form: 'us_1099_misc', ...more });

test('the numbers of a form are opened by one person once another has released it', async () => {
  expect((await ada.get(PAGE)).body).not.toContain(PREVIEW);
  const request = { act: 'open', year: '2026', form: 'us_1099_misc', sentence: 'To file it.' };
  expect((await ada.post('/tax', request)).headers.location).toBe('/account/second-factor?next=%2Ftax');
  for (const person of [ada, ben]) await person.giveFactor('/tax');
  const unopened = await file(ada);
  expect([unopened.statusCode, textOf(unopened.body)]).toEqual([
    409,
    expect.stringContaining('cannot open the numbers of all creators'),
  ]);
  expect((await ada.post('/tax', request)).headers.location).toBe(`${PAGE}&done=requested`);

  const own = (await ada.get(PAGE)).body;
  expect(textOf(own)).toMatch(/To file it\. Ada, 2 Feb 2026.* waits for a release Somebody else must release it/);
  const [, opening_id = ''] = /name="opening_id" value="([^"]+)"/.exec((await ben.get(PAGE)).body) ?? [];
  const release = { act: 'release', year: '2026', opening_id };
  expect([own.includes('value="release"'), (await ada.post('/tax', release)).statusCode]).toEqual([false, 400]);
  expect((await ben.post('/tax', release)).headers.location).toBe(`${PAGE}&done=released`);
  expect(await read(ada, 'de')).toMatch(/Ben, 02\.02\.2026, 06:00 UTC freigegeben/);
  expect((await ben.get(PAGE)).body).not.toContain(PREVIEW);
  expect((await ada.get(PAGE)).body).toContain(PREVIEW);
  expect((await ada.get(PREVIEW)).headers['content-type']).toBe('application/zip');
});

test('the totals of the year say what each amount is', async () => {
  expect(await read(ada)).toContain('Credited 50.00 USD Taken back by refunds 0.00 USD');
  expect(await read(ada, 'de')).toContain('Gutgeschrieben 50,00 USD');
});

test('that the payer of the last filing was wrong is said with a reason', async () => {
  const unexplained = await file(ada, { payer_corrected: 'on' });
  expect([unexplained.statusCode, textOf(unexplained.body)]).toEqual([
    400,
    expect.stringContaining('payer_corrected needs because'),
  ]);
});

test('a form is filed once, again with what has changed, and in the place of a filing that was refused', async () => {
  expect((await file(ada)).headers.location).toBe(`${PAGE}&done=filed`);
  const { body } = await ada.get(PAGE);
  const [, archive = ''] = /href="(\/v1\/documents\/[^"]+)"/.exec(body) ?? [];
  expect((await ada.get(archive)).headers['content-type']).toBe('application/zip');
  // Whoever has no release sees that it was filed, and by whom.
  expect(textOf((await ben.get(PAGE)).body)).toMatch(/1099-MISC 1 0 .* 2 Feb 2026, 06:00 UTC Ada/);
  expect((await ben.get(PAGE)).body).not.toContain(archive);
  expect((await file(ada)).headers.location).toBe(`${PAGE}&done=unchanged`);

  const changed = { ...PROFILES.w9, name: 'Ada Changed' };
  await recordProfile(api.services, { creatorId: 'cr_ada', profile: changed, by: 'Finn' });
  const explained = await file(ada, { sentence: 'She has married.' });
  expect(explained.headers.location).toBe(`${PAGE}&done=filed`);
  const refused = await file(ada, { refused: '7' });
  expect([refused.statusCode, textOf(refused.body)]).toEqual([409, expect.stringContaining('7')]);
  expect((await file(ada, { refused: '2' })).headers.location).toBe(`${PAGE}&done=filed`);
  const unknown = await file(ada, { accepted: 'cr_zoe, cr_cai' });
  expect(textOf(unknown.body)).toContain('accepted of cr_zoe, cr_cai');
  expect((await ada.get(`${PAGE}&waiting=cr_ada`)).body).toContain('name="accepted" value="cr_ada"');
});

test('where the tax file has two payers, the page shows the forms of one, and assigns creators from a year on', async () => {
  expect((await ada.get(PAGE)).body).not.toContain('id="payers"');
  const ireland = { payer: { ...EXAMPLE.payer, name: 'Example Ireland Ltd.' }, year_basis: 'credited' };
  await writeFile(taxFile, JSON.stringify({ ...EXAMPLE, other_payers: { ireland } }));
  const page = (await ada.get(`${PAGE}&payer=ireland`)).body;
  expect(page).toContain('<a href="/tax?year=2026&amp;payer=ireland" aria-current="page">Example Ireland Ltd.</a>');
  expect(textOf(page)).toContain('all creators 0 0');
  expect(page).toContain('/v1/tax/years/2026/exports/generic?payer=ireland');
  const assign = (first_year: string) =>
    ada.post('/tax', { act: 'payer', year: '2026', payer: 'ireland', first_year, creators: 'cr_ada' });
  expect(textOf((await assign('2026')).body)).toContain('The payer cannot change in 2026');
  expect((await assign('2027')).headers.location).toBe('/tax?year=2026&payer=ireland&done=saved');
  const settings = { valid_from_on: '2040-01-01', payer_country: 'US', undocumented_treatment: 'as_foreign' };
  expect(page).toContain('<select name="settings_payer"><option value="main">');
  await ada.post('/tax', { act: 'settings', settings_payer: 'ireland', ...settings });
  const { operational } = api.services;
  const [reported] = await operational
    .selectFrom('outbox')
    .selectAll()
    .where('event', '=', 'Tax Settings Changed')
    .execute();
  expect(reported?.properties).toMatchObject({ payer_id: 'ireland', payer_country: 'US' });
});
