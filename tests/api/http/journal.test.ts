import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { filesInArchive } from '../../../reports/render/zip.ts';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { closes } from '../../../transforms/ledger/tables.ts';
import { postings } from '../../../transforms/marts/postings.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import { EXAMPLE } from '../../reports/journal/example.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { runHere, SETTINGS } from '../commands/command-line.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
let folder: TemporaryFolder;
let accountingFile: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  accountingFile = join(folder.path, 'accounting.json');
  await writeFile(accountingFile, EXAMPLE);
  api = await openTestApi({ TANTIEME_ACCOUNTING_FILE: accountingFile });
  await api.services.warehouse.transaction(async (writer) => {
    await writer.append(builtTableOf(postings, 'ledger'), SALE);
    await writer.append(closes, [CLOSE]);
  });
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

const SALE: readonly Row<typeof postings>[] = (['buyers_receivable', 'platform_revenue'] as const).map((account) => ({
  ...{ journal_id: 'sale:=1', period: '2026-01', journal_kind: 'sale', journal_on: '2026-01-30', currency: 'EUR' },
  ...{ source_reference: '=1+1', account, account_owner_id: account === 'platform_revenue' ? 'platform' : 'dev, "x"' },
  posting_amount: account === 'platform_revenue' ? '-12.005' : '12.005',
}));

const CLOSE: Row<typeof closes> = {
  ...{ period: '2026-01', next_period: '2026-02', cutoff_at: '2026-02-02T08:00:00.000Z', closed_by: 'Ada' },
  ...{ posting_count: 2n, format_version: 1n, rules_hash: '0'.repeat(64), blinding_secret: '1'.repeat(64) },
  ...{ seal: '2'.repeat(64), previous_seal: null },
};

const JOURNAL = '/v1/periods/2026-01/journal';

test('the CSV has ids as they are: it is a file to import', async () => {
  const { headers, body } = await api.request('finance', JOURNAL);
  expect(headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="journal-2026-01.csv"',
  });
  expect(body.split('\r\n').slice(1)).toEqual([
    '2026-01,2026-01-30,sale:=1,sale,=1+1,buyers_receivable,"dev, ""x""",EUR,12.005000000',
    '2026-01,2026-01-30,sale:=1,sale,=1+1,platform_revenue,platform,EUR,-12.005000000',
    '',
  ]);
  expect((await api.request('operator', `${JOURNAL}?format=json`)).json()).toMatchObject({
    posting_count: 2,
    totals: [
      { account: 'buyers_receivable', currency: 'EUR', opening: '0.000000000', closing: '12.005000000' },
      { account: 'platform_revenue', movement: '-12.005000000' },
    ],
  });
});

test('the other formats are an archive of files', async () => {
  const { headers, rawPayload } = await api.request('finance', `${JOURNAL}?format=xero`);
  expect(headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="journal-2026-01-xero.zip"',
  });
  const files = filesInArchive(rawPayload);
  expect(files.map(({ name }) => name)).toEqual([
    ...['journal-2026-01-xero.txt', 'journal-2026-01-xero.json', 'xero-2026-01.csv'],
  ]);
  expect(files[2]?.bytes.toString()).toContain('611,No Tax,12.01,');
});

const ISSUE = '/v1/periods/2026-01/journals/quickbooks';
const issue = (payload: object = {}) => api.request('finance', ISSUE, { method: 'POST', payload });

test('an issued journal keeps its bytes, until it is issued again for a reason', async () => {
  const get = async () => (await api.request('finance', `${JOURNAL}?format=quickbooks`)).rawPayload;
  const first = (await issue()).json();
  expect(first).toMatchObject({
    ...{ period: '2026-01', format: 'quickbooks', document_id: 'journal_quickbooks-2026-01-1-zip', is_new: true },
    issued_by: expect.stringContaining('finance'),
  });
  const bytes = await get();
  expect((await api.request('finance', `/v1/documents/${first.document_id}`)).rawPayload).toEqual(bytes);
  try {
    await writeFile(accountingFile, EXAMPLE.replaceAll('Platform fees', 'Fees of the platform'));
    expect((await issue()).json()).toEqual({ ...first, is_new: false });
    expect(await get()).toEqual(bytes);
    const again = (await issue({ because: 'The account was renamed.' })).json();
    expect(again).toMatchObject({ document_id: 'journal_quickbooks-2026-01-2-zip', is_new: true });
    expect(filesInArchive(await get())[2]?.bytes.toString()).toContain('Fees of the platform');
    // A reason alone changes nothing.
    expect((await issue({ because: 'Once more.' })).json()).toEqual({ ...again, is_new: false });
  } finally {
    await writeFile(accountingFile, EXAMPLE);
  }
  expect((await api.request('finance', `/v1/documents/${first.document_id}`)).rawPayload).toEqual(bytes);
  const { data } = (await api.request('finance', '/v1/documents?kind=journal_quickbooks')).json();
  expect(data).toMatchObject([
    { supersedes: first.document_id, because: 'The account was renamed.' },
    { supersedes: null, because: null },
  ]);
});

/** Runs the command against the server at a URL. */
async function runAt(url: string, ...args: string[]) {
  await publishControl(folder.path, { url, key: api.ownKey });
  return runHere(['journal', ...args], () => ({ ...SETTINGS, TANTIEME_DATA_DIR: folder.path }));
}

test('the command writes the files to a folder, and nothing of an open period', async () => {
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  const out = join(folder.path, 'journals');
  const open = await runAt(url, '2026-02', '--out', out);
  expect([open.code, open.err]).toEqual([1, expect.stringContaining('because the period is open')]);
  expect(await readdir(folder.path)).not.toContain('journals');
  const exact = await runAt(url, '2026-01', '--out', out, '--json');
  expect(JSON.parse(exact.out)).toMatchObject({ format: 'csv', posting_count: 2, rule_set_on: '2026-11-26' });
  const mapped = await runAt(url, '2026-01', '--format', 'datev', '--out', out, '--json');
  expect(JSON.parse(mapped.out)).toMatchObject({
    entry_count: 1,
    notice: expect.stringMatching(/neither a filing nor/),
  });
  const again = await runAt(url, '2026-01', '--format', 'datev', '--out', out, '--json');
  expect(JSON.parse(again.out)).toMatchObject({ is_new: false, document_id: 'journal_datev-2026-01-1-zip' });
  expect((await runAt(url, '2026-01', '--format', 'datev', '--out', out, '--again')).code).toBe(2);
  expect((await readdir(out)).sort()).toEqual([
    ...['EXTF_Buchungsstapel_2026-01.csv', 'journal-2026-01-datev.json', 'journal-2026-01-datev.txt'],
    ...['journal-2026-01.csv', 'journal-2026-01.json'],
  ]);
  expect(await readFile(join(out, 'journal-2026-01.csv'), 'utf8')).toBe((await api.request('finance', JOURNAL)).body);
});

test('a transfer that breaks off leaves no CSV', async () => {
  const dying = createServer((request, response) => {
    if (!request.url?.endsWith('format=csv')) return response.end('{"totals":[]}');
    return response.write('period,', () => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(dying, 'listening');
  const out = join(folder.path, 'broken');
  const broken = await runAt(`http://127.0.0.1:${(dying.address() as AddressInfo).port}`, '2026-01', '--out', out);
  dying.close();
  expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('ended too early')]);
  expect(await readdir(out)).toEqual([]);
});

test('is for finance and operators, of a closed period, and in a format that the accounting file has', async () => {
  for (const role of ['creator', 'analyst'] as const) {
    expect((await api.request(role, JOURNAL)).statusCode).toBe(403);
    expect((await api.request(role, ISSUE, { method: 'POST', payload: {} })).statusCode).toBe(403);
  }
  const open = await api.request('finance', '/v1/periods/2026-02/journal');
  expect([open.statusCode, open.json().detail]).toEqual([
    409,
    'The journal of 2026-02 cannot be exported, because the period is open; close it first.',
  ]);
  expect((await api.request('finance', `${JOURNAL}?format=sap`)).statusCode).toBe(400);
  await writeFile(accountingFile, '{"xero":{}}');
  const faulty = await api.request('finance', `${JOURNAL}?format=xero`);
  expect([faulty.statusCode, faulty.json().detail]).toEqual([
    400,
    expect.stringContaining("xero must have required property 'accounts'"),
  ]);
  await rm(accountingFile);
  expect((await api.request('finance', `${JOURNAL}?format=xero`)).statusCode).toBe(503);
  expect((await api.request('finance', JOURNAL)).statusCode).toBe(200);
});
