import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { renderJson } from '../../../reports/statement/json.ts';
import { statementIdOf } from '../../../reports/statement/read.ts';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { balances } from '../../../transforms/marts/balances.ts';
import { statementLines } from '../../../transforms/marts/statement_lines.ts';
import { statement } from '../../reports/statement/document.ts';
import { type LocalStripe, startStripe } from '../../support/stripe/local-stripe.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { planPeriod } from '../payout-rows.ts';
import { fillMarts, NOW, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, browserOf, textOf } from './browser.ts';
import { balance, EARNED, sendEvents } from './creator-rows.ts';

let api: TestApi;
let stripe: LocalStripe;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ada: Browser;
const IDS = { cr_ada: '', cr_ben: '' };

beforeAll(async () => {
  stripe = await startStripe({ clock: { now: () => NOW }, apiKey: 'sk_test_local' });
  folder = await temporaryFolder();
  const keys = join(folder.path, 'keys.json');
  await addTaxKey(keys);
  api = await openTestApi({
    ...{ STRIPE_API_KEY: 'sk_test_local', STRIPE_API_BASE: stripe.url },
    TANTIEME_INSTANT_PAYOUTS: 'on',
    ...{ TANTIEME_TAX_KEYS: `file:${keys}`, TANTIEME_TAX_RETENTION_YEARS: '7' },
  });
  await fillMarts(api.services);
  await sendEvents(api);
  await api.services.warehouse.transaction(async (writer) => {
    await writer.append(builtTableOf(balances), [
      balance('2025-12', 'USD', 4200n),
      balance('2026-01', 'EUR', 123_456n),
    ]);
    await writer.append(builtTableOf(statementLines), EARNED);
  });
  for (const creator_id of ['cr_ada', 'cr_ben'] as const) IDS[creator_id] = await issue(creator_id);
  await planPeriod(api.services, '2026-01', 'ada', 'ben');
  await api.services.operational
    .insertInto('payout_log')
    .values({
      ...{ payout_id: 'po_ada', state: 'held', reason: 'payout_account_missing', changed_by: 'Finn', run_id: null },
      ...{ logged_at: '2026-02-02T05:30:00.000Z', detail: 'Call her, says Finn.', attempt: null, line_hash: null },
      transfer_id_stripe: null,
    })
    .execute();
  ada = await browserOf(api, { name: 'Ada', role: 'creator', subjectId: 'cr_ada' });
});
afterAll(async () => {
  await api.close();
  await stripe.stop();
  await folder[Symbol.asyncDispose]();
});

async function issue(creator_id: string): Promise<string> {
  const statement_id = statementIdOf({ period: '2026-01', creator_id, currency: 'USD' });
  const recipe = statement({
    opening: 100n,
    lines: [
      { minor: 1250n, asset: 'asset_1' },
      { kind: 'refund', minor: -250n },
    ],
  });
  const document = { ...recipe, statement_id, creator: { creator_id, name: creator_id, country: 'DE' } };
  // The other formats are only downloaded, so they need no bytes of their own.
  const bytes = renderJson(document);
  for (const format of ['json', 'csv', 'xlsx', 'pdf'] as const) {
    const row = {
      ...{ document_id: `${statement_id}-${format}`, kind: 'statement' as const, subject: creator_id },
      ...{ period: '2026-01', currency: 'USD', format, content_id: statement_id },
      ...{ file_name: `statement.${format}`, hash: await api.services.documents.put(bytes) },
      ...{ byte_size: BigInt(bytes.length), issued_at: '2026-02-02T05:00:00Z', supersedes: null },
    };
    await api.services.operational.insertInto('documents').values(row).execute();
  }
  return statement_id;
}

/** The text of a page as it is read. */
async function read(path: string, language = 'en'): Promise<string> {
  const response = await ada.get(path, { language });
  expect([path, response.statusCode]).toEqual([path, 200]);
  return legible(response.body);
}

const legible = (body: string): string => textOf(body).replaceAll('&lt;', '<').replaceAll('&amp;', '&');

test('the overview says what is owed, why it is not paid and what to do, with every digit', async () => {
  const page = await read('/');
  expect(page).toContain('For Ada & Söhne');
  expect(page).toContain('Balance in EUR 1,234.56 EUR so far in January 2026, which is not closed yet');
  expect(page).toContain('Balance in USD −90,071,992,547,409.93 USD at the end of January 2026');
  expect(page).toContain('You have not connected a Stripe account yet.');
  expect(page).toContain('Next payout 10.00 USD for January 2026 on hold');
  expect(page).toMatch(
    /Earnings by asset .* asset_tokyo_5 4,000 JPY .* Sea <of> Notes asset_1 42\.500000001 USD 0\.00 USD 42\.500000001 USD Show all/,
  );
  expect(page).not.toContain('Finn');
  expect(await read('/c/cr_ada', 'de')).toContain('Guthaben in EUR 1.234,56 EUR bisher im Januar 2026');
  expect((await ada.get('/')).body).toContain('href="/c/cr_ada/payout-account"');
});

test('a statement leads from the opening to the closing balance, to its sales and to its files', async () => {
  expect(await read('/c/cr_ada/statements')).toContain('January 2026, USD');
  const path = `/c/cr_ada/statements/${IDS.cr_ada}`;
  const page = await read(path);
  expect(page).toMatch(
    /Opening balance 1\.00 USD.*Earnings 12\.50 USD 13\.50 USD.*Refunds −2\.50 USD 11\.00 USD.*Closing balance 11\.00 USD/,
  );
  const { body } = await ada.get(path);
  const [, file = ''] = /href="(\/v1\/statements\/[^"]+\/pdf)"/.exec(body) ?? [];
  expect((await ada.get(file)).headers['content-type']).toBe('application/pdf');
  const sales = await read(`${path}/sales?asset_id=asset_1&terms_id=terms_1`);
  expect(sales).toMatch(/sale sale_1 5 Jan 2026.*12\.50 USD fee 20%, share 100% 10\.000000001 USD/);
  expect(sales).toContain('Refund sale_2');
});

test('a payout says how it stands, to where and what it is made of', async () => {
  const list = await read('/c/cr_ada/payouts');
  expect(list).toMatch(/January 2026 10\.00 USD on hold .* It is not sent yet\..*you have no Stripe account connected/);
  expect(list).not.toContain('po_ben');
  const page = await read('/c/cr_ada/payouts/po_ada', 'de');
  expect(page).toContain('angehalten');
  expect(page).toContain('Abrechnung für Januar 2026 in USD');
});

test('terms and earnings of assets stand in plain words', async () => {
  const page = await read('/c/cr_ada/assets');
  expect(page).toContain(
    'Sea <of> Notes asset_1 One-time licence 12.50 USD for each licence 25% after the platform fee; 2 holders share it',
  );
  expect(page).toContain('42.500000001 USD');
});

test('a consent is revoked for good, once, by a person of the owner who confirms it', async () => {
  const path = '/c/cr_ada/consents/consent_1';
  expect(await read('/c/cr_ada/consents')).toMatch(/Sea <of> Notes training of AI .* in force consent_1/);
  expect(await read(path)).toContain('Licences that were sold before stay valid');
  const unconfirmed = await ada.post(path, { act: 'revoke' });
  expect([unconfirmed.statusCode, legible(unconfirmed.body)]).toEqual([400, expect.stringContaining('tick the box')]);
  const url = '/v1/creators/cr_ada/consents/consent_1/revoke';
  expect((await api.request('creator', url, { method: 'POST', payload: {} })).statusCode).toBe(403);
  expect((await ada.post(path, { act: 'revoke', confirm: 'on' })).headers.location).toBe(
    '/c/cr_ada/consents?done=revoked',
  );
  expect(await read('/c/cr_ada/consents', 'de')).toMatch(/Training von KI .* widerrufen, .* consent_1/);
  const again = await api.request('operator', url, { method: 'POST', payload: {} });
  expect([again.statusCode, again.json().detail]).toEqual([409, expect.stringContaining('was revoked at')]);
  const sent = await api.services.operational.selectFrom('outbox').select(['event', 'properties']).execute();
  expect(sent.filter(({ event }) => event === 'Consent Revoked')).toEqual([
    {
      event: 'Consent Revoked',
      properties: { consent_receipt_id: 'consent_1', creator_id: 'cr_ada', asset_id: 'asset_1' },
    },
  ]);
  // Whoever has a second factor gives it first.
  const uma = await browserOf(api, { name: 'Uma', role: 'creator', subjectId: 'cr_ada' });
  await uma.giveFactor();
  await api.services.operational.updateTable('sessions').set({ verified_at: null }).execute();
  const unverified = await uma.post('/c/cr_ada/consents/consent_8', { act: 'revoke', confirm: 'on' });
  expect(unverified.headers.location).toMatch(/^\/account\/second-factor\?next=/);
  // The asset belongs to somebody else now, who sees the consent of the one before.
  const given = await ada.post('/c/cr_ada/consents/consent_8', { act: 'revoke', confirm: 'on' });
  expect([given.statusCode, legible(given.body)]).toEqual([409, expect.stringContaining('was transferred')]);
  const { data } = (await api.request('operator', '/v1/creators/cr_ben/consents')).json();
  expect(data).toMatchObject([{ consent_receipt_id: 'consent_8', granted_by: 'cr_ada', is_owner: true }]);
});

test('an asset shows what it earned in each month', async () => {
  const page = await read('/c/cr_ada/assets/asset_1');
  expect(page).toMatch(/January 2026 0\.50 USD 0\.00 USD 0\.50 USD December 2025 42\.000000001 USD/);
});

test('finance gives a file of the bank as it is', async () => {
  const finn = await browserOf(api, { name: 'Finn', role: 'finance' });
  await finn.giveFactor();
  const read = await finn.upload('/bank-files', { act: 'answer' }, Buffer.from('<Document>ä</Document>'));
  expect([read.statusCode, legible(read.body)]).toEqual([400, expect.stringContaining('no pain.002, no camt.053')]);
});

test('documents are listed with their files', async () => {
  expect(await read('/c/cr_ada/documents')).toMatch(/Royalty statement, USD January 2026 .* PDF/);
});

describe('another creator', () => {
  test.each([
    '',
    '/statements',
    '/payouts',
    '/assets',
    '/assets/asset_1',
    '/consents',
    '/consents/consent_8',
    '/documents',
    '/payout-account',
    '/tax',
    '/tax/w9',
  ])('is not found: %s', async (place) => {
    const other = await ada.get(`/c/cr_ben${place}`);
    const none = await ada.get(`/c/cr_none${place}`);
    expect([other.statusCode, none.statusCode]).toEqual([404, 404]);
    expect(other.body).not.toContain('cr_ada');
  });

  test('is not found below the own pages either', async () => {
    for (const path of [
      `statements/${IDS.cr_ben}`,
      `statements/${IDS.cr_ben}/sales?asset_id=asset_1`,
      'payouts/po_ben',
    ]) {
      expect((await ada.get(`/c/cr_ada/${path}`)).statusCode).toBe(404);
    }
    const sent = await ada.post('/c/cr_ben/tax/vat', { act: 'record' });
    expect(sent.statusCode).toBe(404);
    expect((await ada.post('/c/cr_ben/payout-account', { act: 'link' })).statusCode).toBe(404);
  });
});

test('a tax form is shown again with all its faults, then recorded and shown with a mask', async () => {
  const given = {
    ...{ act: 'record', name: 'Ada', citizenship: 'DE', 'residence_address.street': 'Hauptstr. 1' },
    ...{ 'residence_address.city': 'Berlin', 'residence_address.country': 'DE', 'foreign_tin.country': 'DE' },
    ...{ 'treaty_claim.country': 'DE', 'treaty_claim.article': '12(1)', 'treaty_claim.rate_bps': '0' },
    ...{ 'treaty_claim.income_type': 'royalties (copyright)', 'signature.name': 'Ada', 'signature.capacity': 'self' },
  };
  const wrong = await ada.post('/c/cr_ada/tax/w8ben', { ...given, 'residence_address.city': '' });
  expect(wrong.statusCode).toBe(422);
  const faults = legible(wrong.body);
  for (const fault of [
    'Town is missing.',
    'Date of birth is missing.',
    'Tax number of that country is missing.',
    'Signature must be confirmed.',
    'on line 1 of this form must be confirmed.',
  ]) {
    expect(faults).toContain(fault);
  }
  expect(wrong.body).toMatch(
    /<input id="field-birth_on"[^>]*aria-invalid="true"[^>]*aria-describedby="field-birth_on-fault"/,
  );
  expect(wrong.body).toContain('value="Hauptstr. 1"');

  const right = { ...given, birth_on: '1980-05-17', 'foreign_tin.value': '36574261809', sign: 'on' };
  const recorded = await ada.post('/c/cr_ada/tax/w8ben', { ...right, 'signature.has_capacity_to_sign': 'on' });
  expect([recorded.statusCode, recorded.headers.location]).toEqual([303, '/c/cr_ada/tax?done=recorded']);
  const page = await read('/c/cr_ada/tax');
  expect(page).toMatch(/W-8BEN valid .*Rate claimed, in percent 0 %/);
  expect(page).not.toContain('36574261809');
  const profile = (await api.request('creator', '/v1/tax/profiles/cr_ada')).json().profiles[0].profile;
  expect(profile.signature).toMatchObject({
    signed_at: '2026-02-02T06:00:00.000Z',
    statement_version: 'W-8BEN (Rev. October 2021)',
    statement: expect.stringContaining('I certify that I have the capacity to sign'),
    has_capacity_to_sign: true,
  });
});

test('a payout account is opened and completed at Stripe after the second factor, and instant payouts chosen', async () => {
  const path = '/c/cr_ada/payout-account';
  expect(await read(path)).toMatch(/You have no payout account yet\..*second factor/);
  const factor = `/account/second-factor?next=${encodeURIComponent(path)}`;
  expect((await ada.get(path)).body).toContain(`href="${factor}"`);
  for (const act of ['open', 'instantOn'])
    expect((await ada.post(path, { act, country: 'DE' })).headers.location).toBe(factor);
  expect((await ada.giveFactor()).statusCode).toBe(303);
  expect((await ada.post(path, { act: 'open', country: 'DE' })).headers.location).toBe(`${path}?done=opened`);
  expect(await read(path)).toMatch(/incomplete .*Go on with Stripe/);
  expect((await ada.post(path, { act: 'link' })).headers.location).toMatch(/^https:\/\/connect\.stripe\.com\//);
  Object.assign(api.services, { instantPayouts: false });
  expect(legible((await ada.post(path, { act: 'instantOn' })).body)).toContain('they are switched off here');
  Object.assign(api.services, { instantPayouts: true });
  await ada.post(path, { act: 'instantOn' });
  expect(await read(path)).toContain('instant payouts chosen');
  expect((await ada.post(path, { act: 'instantOff' })).headers.location).toBe(`${path}?done=chosen`);
  expect(await read(path)).toContain('paid out by the schedule');
});

test('somebody of two creators chooses one, and changes to the other', async () => {
  const both = await browserOf(api, { name: 'Cleo', role: 'creator', subjectId: 'cr_ada' });
  await api.request('command line', '/v1/people', {
    ...{ method: 'POST', payload: { email: 'cleo@market.example', role: 'creator', subject_id: 'cr_ben' } },
  });
  const choice = (await both.get('/')).body;
  expect(choice).toContain('href="/c/cr_ada"');
  expect(choice).toContain('href="/c/cr_ben"');
  expect((await both.get('/c/cr_ben')).body).toContain('href="/c/cr_ada"');
});

test('what waits is said in words, with what to do', async () => {
  const page = await read('/c/cr_ada/assets');
  expect(page).toMatch(/Unlicensed asset_7 sale 1 12\.00 USD The asset had no terms .* Publish terms/);
  expect(await read('/')).toContain('What waits: 3');
});
