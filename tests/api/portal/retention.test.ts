import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, browserOf, textOf } from './browser.ts';

let api: TestApi;
let ada: Browser;
beforeAll(async () => {
  api = await openTestApi({ TANTIEME_DOCUMENT_RETENTION: 'statements=10,invoices=default' });
  await fillMarts(api.services);
  ada = await browserOf(api, { name: 'Ada', role: 'finance' });
});
afterAll(() => api.close());

const read = async (language = 'en'): Promise<string> => textOf((await ada.get('/retention', { language })).body);

test('a hold is set with a reason after a second factor, and lifted with one; both are logged', async () => {
  const hold = { act: 'place', kind: 'statement', subject: 'cr_ada', period: '2026-01', sentence: 'A suit.' };
  expect((await ada.post('/retention', hold)).headers.location).toBe('/account/second-factor?next=%2Fretention');
  await ada.giveFactor('/retention');
  expect((await ada.post('/retention', hold)).headers.location).toBe('/retention?done=placed');
  expect(await read()).toMatch(/Holds in force .* Royalty statement, cr_ada, January 2026 A suit\. Ada, 2 Feb 2026/);
  expect(await read('de')).toMatch(/Sperren in Kraft .* cr_ada, Januar 2026 A suit\. Ada, 02\.02\.2026/);
  const [, hold_id = ''] = /name="hold_id" value="([^"]+)"/.exec((await ada.get('/retention')).body) ?? [];
  const lifted = await ada.post('/retention', { act: 'release', hold_id, sentence: 'It was settled.' });
  expect(lifted.headers.location).toBe('/retention?done=released');
  expect(await read()).toMatch(/Nothing is held\. Holds that were lifted .* A suit\. .* Ada, .* It was settled\./);
  const logged = await api.services.operational.selectFrom('audit_log').select(['act', 'done_by']).execute();
  for (const act of ['placeRecordHold', 'releaseRecordHold'])
    expect(logged).toContainEqual({ act, done_by: expect.stringContaining('Ada') });
});

test('a hold of nothing or of an unknown creator is refused in a sentence, and a link of the documents fills in the form', async () => {
  const refused = async (form: object) =>
    textOf((await ada.post('/retention', { act: 'place', sentence: 'x', ...form })).body);
  expect(await refused({ kind: '', subject: ' ' })).toContain('A hold needs a kind, a subject or a period');
  expect(await refused({ subject: 'cr_zoe' })).toContain('There is no creator or developer cr_zoe');
  expect((await ada.get('/documents?subject=cr_ada')).body).toContain('href="/retention?subject=cr_ada#place"');
  const { body } = await ada.get('/retention?subject=cr_ada&kind=bank_message');
  expect(body).toContain('name="subject" maxlength="200" value="cr_ada"');
  expect(body).toMatch(/<option value="bank_message" selected(="[^"]*")?>Message of a bank</);
});

test('the terms, the laws, and the files that could not be deleted yet are shown', async () => {
  expect(await read()).toMatch(/Statements 10 years 0 DE: AO § 147 \(3\), HGB § 257 \(4\): vouchers , 8 years/);
  expect(await read()).toContain('DE: PStTG § 24 , 10 years (to be compared with the law)');
  expect(await read()).toMatch(/Bank files ever 0/);
  expect(await read()).not.toContain('still there');
  const deletion = {
    record_kind: 'document',
    kind: 'statement',
    period: '2026-01',
    reason: 'x',
    deleted_by: 'schedule',
  } as const;
  await api.services.operational
    .insertInto('record_deletions')
    .values([
      { ...deletion, record_id: 'a', hash: 'a'.repeat(64), deleted_at: '2026-02-01T03:45:00Z', file_deleted_at: null },
      { ...deletion, record_id: 'b', hash: 'a'.repeat(64), deleted_at: '2026-02-02T03:45:00Z', file_deleted_at: null },
    ])
    .execute();
  expect(await read()).toContain('still there: 1, the first since 1 Feb 2026, 03:45 UTC.');
});
