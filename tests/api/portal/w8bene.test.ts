import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { eventTable, recordEvents } from '../../transforms/small-month.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, browserOf, textOf } from './browser.ts';

let api: TestApi;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ada: Browser;

beforeAll(async () => {
  folder = await temporaryFolder();
  const keys = join(folder.path, 'keys.json');
  await addTaxKey(keys);
  api = await openTestApi({ TANTIEME_TAX_KEYS: `file:${keys}`, TANTIEME_TAX_RETENTION_YEARS: '7' });
  await recordEvents(
    api.services.warehouse,
    '2026-01-02T00:00:00.000Z',
    eventTable('creator_signed_up', 'creator_id creator_name country timestamp', ['cr_ada | Ada | DE | 2026-01-01']),
  );
  ada = await browserOf(api, { name: 'Ada', role: 'creator', subjectId: 'cr_ada' });
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

const read = async (path: string, language = 'en'): Promise<string> => textOf((await ada.get(path, { language })).body);
const profileInForce = async () => (await api.request('creator', '/v1/tax/profiles/cr_ada')).json().profiles[0].profile;

/** A W-8BEN-E of a company, complete but for what each test adds. */
const COMPANY = {
  ...{ act: 'record', name: 'Ada GmbH', incorporation_country: 'DE', chapter_3_status: 'corporation' },
  ...{ chapter_4_status: 'active_nffe', 'residence_address.street': 'Hauptstr. 1', 'residence_address.city': 'Berlin' },
  ...{ 'residence_address.country': 'DE', 'us_tin.type': 'ein', 'us_tin.value': '91-1144442' },
  ...{ 'signature.name': 'Ada', 'signature.capacity': 'director', 'signature.has_capacity_to_sign': 'on', sign: 'on' },
};
const CLAIM = {
  ...{ 'treaty_claim.country': 'DE', 'treaty_claim.article': '12(1)', 'treaty_claim.rate_bps': '0' },
  ...{ 'treaty_claim.income_type': 'royalties (copyright)' },
  'treaty_claim.limitation_on_benefits': 'active_trade_or_business_test',
};
const giveW8bene = (more: Readonly<Record<string, string>>, language = 'en') =>
  ada.post('/c/cr_ada/tax/w8bene', { ...COMPANY, ...more }, { language });

test('a W-8BEN-E is recorded with the parts that its status and claim demand, and shown with masks and its expiry', async () => {
  const recorded = await giveW8bene(CLAIM);
  expect([recorded.statusCode, recorded.headers.location]).toEqual([303, '/c/cr_ada/tax?done=recorded']);
  const page = await read('/c/cr_ada/tax');
  expect(page).toMatch(/W-8BEN-E valid .*valid until [^,]{0,12}2029/);
  expect(page).toMatch(
    /Active NFFE.*US number XX-XXX4442.*Rate claimed, in percent 0 %.*active trade or business test/,
  );
  expect(page).not.toContain('1144442');
  expect(await read('/c/cr_ada/tax', 'de')).toMatch(
    /eine Kapitalgesellschaft.*gültig|gültig.*eine Kapitalgesellschaft/,
  );
  const profile = await profileInForce();
  expect(profile).toMatchObject({
    ...{ form: 'w8bene', chapter_3_status: 'corporation', chapter_4_status: 'active_nffe' },
    treaty_claim: { rate_bps: 0, limitation_on_benefits: 'active_trade_or_business_test' },
    signature: { capacity: 'director', statement_version: 'W-8BEN-E (Rev. October 2021)' },
  });
  const { statement } = profile.signature;
  expect(statement).toMatch(/^Part III\. .*\nPart XXV\. Active NFFE\n.*\nUnder penalties of perjury/s);
  expect(statement).not.toContain('Part XXVI.');
});

test('a W-8BEN-E with faults names each beside its field, keeps what was entered and sends no number back', async () => {
  const wrong = await giveW8bene({
    ...{ 'residence_address.city': '', giin: '123', sign: '', 'treaty_claim.article': '12(1)' },
    ...{ 'signature.has_capacity_to_sign': '', chapter_4_status: 'owner_documented_ffi' },
  });
  expect(wrong.statusCode).toBe(422);
  const faults = textOf(wrong.body);
  for (const fault of [
    'Town is missing.',
    'GIIN must be written like 98Q96B.00000.LE.250.',
    'FATCA status (chapter 4 status) must be one of those offered here.',
    'How it meets the limitation on benefits is missing.',
    'Signature must be confirmed.',
    'for the entity identified on line 1 of this form must be confirmed.',
    'are not shown again: enter them once more.',
  ])
    expect(faults).toContain(fault);
  expect(wrong.body).toContain('value="Hauptstr. 1"');
  expect(wrong.body).not.toContain('1144442');
  expect(wrong.body).toMatch(/<input id="field-giin"[^>]*aria-describedby="field-giin-hint field-giin-fault"/);
});

test('an address that is missing as a whole is a fault of each of its fields that is needed', async () => {
  const none = { 'residence_address.street': '', 'residence_address.city': '', 'residence_address.country': '' };
  const wrong = await giveW8bene(none);
  expect(textOf(wrong.body)).toContain('Street and number is missing. Town is missing. Country is missing.');
});

test('a W-8BEN-E needs a GIIN or a treaty claim where the status does, and says so in both languages', async () => {
  const ffi = { chapter_4_status: 'reporting_model_1_ffi' };
  expect(textOf((await giveW8bene(ffi)).body)).toContain('GIIN is needed for the status reporting_model_1_ffi.');
  expect(textOf((await giveW8bene(ffi, 'de')).body)).toContain('GIIN ist bei diesem Status nötig.');
  const partnership = { chapter_3_status: 'partnership' };
  expect(textOf((await giveW8bene(partnership)).body)).toContain('needs a treaty claim, as partnership');
  expect(textOf((await giveW8bene(partnership, 'de')).body)).toContain(
    'braucht einen Antrag auf Abkommensvergünstigung',
  );
  expect((await giveW8bene({ ...ffi, giin: '98Q96B.00000.LE.250' })).statusCode).toBe(303);
  expect((await profileInForce()).signature.statement).toMatch(/^Under penalties of perjury/);
  expect((await giveW8bene({ ...partnership, ...CLAIM })).statusCode).toBe(303);
});
