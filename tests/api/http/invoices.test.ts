import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../../api/auth/keys.ts';
import { publishControl } from '../../../api/boot/running-server.ts';
import { issueInvoices } from '../../../jobs/invoices/issue-invoices.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { EXAMPLE } from '../../reports/invoice/example.ts';
import { writeLedger } from '../../reports/tax/ledger-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { runHere, SETTINGS } from '../commands/command-line.ts';
import { browserOf, textOf } from '../portal/browser.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
let folder: TemporaryFolder;
const EUR = { period: '2026-01', currency: 'EUR' } as const;

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, 'invoices.json');
  await writeFile(file, JSON.stringify(EXAMPLE));
  const keys = join(folder.path, 'keys.json');
  await addTaxKey(keys);
  api = await openTestApi({ TANTIEME_INVOICE_FILE: file, TANTIEME_TAX_KEYS: `file:${keys}` });
  const months = ['cr_ada', 'cr_ben'].map((creator_id) => ({ ...EUR, creator_id, earned: 10_000n }));
  await writeLedger(api.services.warehouse, months, ['2026-01']);
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

const post = (as: Parameters<TestApi['request']>[0], url: string, payload: object) =>
  api.request(as, url, { method: 'POST', payload });
const AGREEMENT = { agreement_version: '2026-01', text_hash: 'a'.repeat(64), agreed_on: '2026-01-05' };

test('a business agrees, is invoiced, reads its invoice and disputes it; others find nothing', async () => {
  for (const creator of ['cr_ada', 'cr_ben']) {
    const address = { ...EXAMPLE.issuer.address, country: 'FR' };
    const business = { ...EXAMPLE.issuer, name: creator, address, vat_id: 'FR40303265045' };
    expect((await post('finance', `/v1/billing-profiles/creator/${creator}`, { business })).statusCode).toBe(201);
    expect((await post('finance', `/v1/creators/${creator}/self-billing-agreements`, AGREEMENT)).statusCode).toBe(201);
  }
  const { statusCode, body } = await post('finance', '/v1/billing-profiles/developer/dev_1', {
    business: { name: '' },
  });
  expect([statusCode, body]).toEqual([
    400,
    expect.stringMatching(/required property 'vat_id'.*name of dev_1 must be one line of text/s),
  ]);
  const status = (await api.request('finance', '/v1/periods/2026-01/invoices/status')).json();
  expect(status).toMatchObject({ is_closed: true, ready: [{ subject: 'cr_ada' }, { subject: 'cr_ben' }], missing: [] });
  await runJob(api.services, { job: issueInvoices, period: parsePeriod('2026-01'), startedBy: 'finn' });
  // A PDF and a UBL for each.
  const own = (await api.request('creator', '/v1/documents?kind=self_billed_invoice')).json().data;
  expect(own.map(({ subject, format }: Record<string, string>) => `${subject} ${format}`).sort()).toEqual([
    'cr_ada pdf',
    'cr_ada xml',
  ]);
  const list = (await api.request('finance', '/v1/invoices?period=2026-01&limit=1')).json();
  expect(list).toMatchObject({ data: [{ number: 'SB-cr_ben-000001', net: '100.00', tax: '0.00', answer: null }] });
  const next = (await api.request('finance', `/v1/invoices?cursor=${list.next_cursor}`)).json();
  expect(next.data).toMatchObject([{ subject: 'cr_ada' }]);
  const answers = (invoice: { invoice_id: string }) => `/v1/invoices/${invoice.invoice_id}/answers`;
  const dispute = { answer: 'disputed', because: 'The rate is wrong.' };
  expect((await post('creator', answers(list.data[0]), dispute)).statusCode).toBe(404);
  expect((await post('creator', answers(next.data[0]), { answer: 'disputed' })).statusCode).toBe(400);
  expect((await post('creator', answers(next.data[0]), dispute)).statusCode).toBe(201);
  expect((await api.request('creator', '/v1/invoices')).json().data).toMatchObject([
    { subject: 'cr_ada', answer: 'disputed', because: 'The rate is wrong.' },
  ]);
  for (const path of ['/v1/periods/2026-01/invoices/status', '/v1/billing-profiles/creator/cr_ada'])
    expect((await api.request('creator', path)).statusCode).toBe(403);
});

test('a creator answers the invoices in its name on a page; nobody else finds them', async () => {
  await fillMarts(api.services);
  const page = '/c/cr_ada/invoices';
  const ada = await browserOf(api, { name: 'Ada', role: 'creator', subjectId: 'cr_ada' });
  const shown = (await ada.get(page)).body;
  const [, invoice = ''] = /name="invoice" value="([^"]+)"/.exec(shown) ?? [];
  expect([shown.includes('SB-cr_ada-000001'), shown.includes('SB-cr_ben-')]).toEqual([true, false]);
  expect((await ada.post(page, { act: 'dispute', invoice })).statusCode).toBe(400);
  expect((await ada.post(page, { act: 'accept', invoice })).headers.location).toBe(`${page}?done=answered`);
  expect((await ada.get(page, { language: 'de' })).body).toContain('angenommen');
  const dispute = { act: 'dispute', invoice, sentence: 'The rate is wrong.' };
  expect((await ada.post(page, dispute)).headers.location).toBe(`${page}?done=answered`);
  expect((await ada.get('/c/cr_ben/invoices')).statusCode).toBe(404);
});

test('the commands record an agreement by the hash of its text, and write the files of a month', async () => {
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  const key = await createKey(api.services, { role: 'finance', name: 'at the command line', creatorId: undefined });
  await publishControl(folder.path, { url, key });
  const run = async (...args: string[]) => {
    const environment = () => ({ ...SETTINGS, TANTIEME_DATA_DIR: folder.path });
    const { code, out, err } = await runHere(['invoices', ...args, '--json'], environment);
    return code === 0 ? JSON.parse(out) : err;
  };
  const terms = join(folder.path, 'terms.txt');
  await writeFile(terms, 'I agree.');
  expect(await run('agree', 'cr_ben', '--version', '2026-02', '--text', terms, '--on', '2026-02-01')).toMatch(
    /by is allowed only for the command line/,
  );
  expect(await run('status', '2026-01')).toMatchObject({ issued_count: { self_billed_invoice: 2 }, disputed_count: 1 });
  expect(await run('list', '--subject', 'cr_ada')).toMatchObject({ invoices: [{ answer: 'disputed' }] });
  expect(await run('profile', 'show', 'creator', 'cr_ben')).toMatchObject({ version: 1, business: { name: 'cr_ben' } });
  const out = join(folder.path, 'out');
  await run('download', '2026-01', '--out', out);
  const named = (creator: string) => `self-billed-invoice-2026-01-eur-${creator}`;
  expect((await readdir(out)).sort()).toEqual(
    ['cr_ada', 'cr_ben'].flatMap((creator) => [`${named(creator)}.pdf`, `${named(creator)}.xml`]),
  );
  expect(await run('answer', 'inv_1', 'maybe')).toMatch(/maybe is not accepted or disputed/);
});

test('a developer lists and downloads its own invoice, and not that of another', async () => {
  const { operational, warehouse } = api.services;
  for (const developer of ['dev_1', 'dev_2']) {
    await warehouse.transaction((writer) =>
      writer.query(
        `insert into raw.usage_invoiced by name select $1 as id, $1 as invoice_id, $1 as developer_id, '2026-01' as usage_period, '100' as amount,
         '19' as tax_amount, 'EUR' as currency, timestamptz '2026-01-31' as timestamp, timestamptz '2026-01-31' as loaded_at`,
        [developer],
      ),
    );
    const business = { ...EXAMPLE.issuer, name: developer, vat_id: 'DE811569869' };
    expect((await post('finance', `/v1/billing-profiles/developer/${developer}`, { business })).statusCode).toBe(201);
  }
  await runJob(api.services, { job: issueInvoices, period: parsePeriod('2026-01'), startedBy: 'finn' });

  const listed = async (path: string) => (await api.request('developer', path)).json().data;
  expect(await listed('/v1/invoices')).toMatchObject([{ kind: 'invoice', subject: 'dev_1', due: '119.00' }]);
  expect(await listed('/v1/invoices')).toHaveLength(1);
  expect(await listed('/v1/invoices?subject=dev_2')).toEqual([]);
  const page = await (await browserOf(api, { name: 'Dev', role: 'developer', subjectId: 'dev_1' })).get(
    '/d/dev_1/invoices',
  );
  const text = textOf(page.body);
  const [own] = await operational.selectFrom('invoices').selectAll().where('subject', '=', 'dev_1').execute();
  expect(text).toContain(`${own?.number} invoice January 2026 `);
  expect(text).toMatch(/ 100\.00 EUR 19\.00 EUR 119\.00 EUR (PDF XML|XML PDF) /);
  const files = await listed('/v1/documents?kind=invoice');
  expect(files.map(({ format }: { format: string }) => format).sort()).toEqual(['pdf', 'xml']);
  const download = async (id: string) => api.request('developer', `/v1/documents/${id}`);
  for (const { document_id } of files) expect((await download(document_id)).statusCode).toBe(200);
  const others = await operational
    .selectFrom('documents')
    .select('document_id')
    .where('subject', '!=', 'dev_1')
    .execute();
  expect(others.length).toBeGreaterThan(2);
  for (const { document_id } of others) expect((await download(document_id)).statusCode).toBe(404);
});
