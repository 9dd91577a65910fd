import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../../api/auth/keys.ts';
import { publishControl } from '../../../api/boot/running-server.ts';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { sealBytes } from '../../../jobs/tax/sealed-bytes.ts';
import { lastKeyOf } from '../../../jobs/tax/sealed-documents.ts';
import { filesInArchive } from '../../../reports/render/zip.ts';
import { closes } from '../../../transforms/ledger/tables.ts';
import type { DocumentFormat, DocumentKind } from '../../../warehouse/vocabulary/documents.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { runHere, SETTINGS } from '../commands/command-line.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
  const keys = join(folder.path, 'keys.json');
  await addTaxKey(keys);
  api = await openTestApi({ TANTIEME_TAX_KEYS: `file:${keys}` });
  await fillMarts(api.services);
  await api.services.warehouse.transaction(async (writer) => {
    await writer.query('insert into ledger.balances by name select * from draft.balances');
    await writer.append(closes, [CLOSE]);
  });
  for (const creator of ['cr_ada', 'cr_ben']) {
    await issue({ kind: 'tax_dac7', subject: creator, period: '2025', format: 'pdf' });
    await issue({ kind: 'statement', subject: creator, format: 'csv' });
  }
  // A creator's id is not a developer's.
  await issue({ kind: 'invoice', subject: 'cr_ada', format: 'pdf' });
  // Nor may a creator's id be that of what has all creators.
  await issue({ kind: 'tax_dac7', subject: 'cr_ada', period: '2024', format: 'zip' });
  await issue({ kind: 'journal_xero', subject: 'platform', format: 'zip', currency: '' });
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

const CLOSE = {
  ...{ period: '2026-01', next_period: '2026-02', cutoff_at: '2026-02-02T08:00:00.000Z', closed_by: 'Ada' },
  ...{ posting_count: 2n, format_version: 1n, rules_hash: '0'.repeat(64), blinding_secret: '1'.repeat(64) },
  ...{ seal: '2'.repeat(64), previous_seal: null },
};

interface Given {
  readonly kind: DocumentKind;
  readonly subject: string;
  readonly format: DocumentFormat;
  readonly period?: string;
  readonly currency?: string;
  /** Tells the content of a later document from that of the first. */
  readonly version?: number;
}

/** Its bytes are its own id. */
async function issue({ kind, subject, format, period = '2026-01', currency = 'USD', version = 1 }: Given) {
  const idOf = (each: number): string => `${kind}_${subject}_${each}-${format}`;
  const bytes = Buffer.from(idOf(version));
  const row = {
    ...{ document_id: idOf(version), kind, subject, period, currency, format },
    content_id: `${kind}_${subject}_${version}`,
    file_name: `${kind}-${period}-${subject}.${format}`,
    hash: await api.services.documents.put(kind.startsWith('tax_') ? await sealed(bytes, subject) : bytes),
    byte_size: BigInt(bytes.length),
    issued_at: '2026-02-02T05:00:00.000Z',
    ...{ supersedes: version === 1 ? null : idOf(version - 1), issued_by: 'finn', because: null },
  };
  await api.services.operational.insertInto('documents').values(row).execute();
}

const sealed = async (bytes: Buffer, subject: string): Promise<Buffer> =>
  sealBytes(bytes, { ...(await lastKeyOf(api.services, subject)), subject });

const list = async (as: 'creator' | 'developer' | 'finance', filter = ''): Promise<string[]> =>
  (await api.request(as, `/v1/documents${filter}`))
    .json()
    .data.map(({ document_id }: { document_id: string }) => document_id);

test('documents of every kind are listed newest first, in pages, filtered by kind, period and subject', async () => {
  const all = [
    ...[
      'journal_xero_platform_1-zip',
      'tax_dac7_cr_ada_1-zip',
      'invoice_cr_ada_1-pdf',
      'statement_cr_ben_1-csv',
      'tax_dac7_cr_ben_1-pdf',
    ],
    ...['statement_cr_ada_1-csv', 'tax_dac7_cr_ada_1-pdf'],
  ];
  const first = (await api.request('finance', '/v1/documents?limit=4')).json();
  const second = (await api.request('finance', `/v1/documents?limit=4&cursor=${first.next_cursor}`)).json();
  expect([first, second].flatMap(({ data }) => data.map((row: { document_id: string }) => row.document_id))).toEqual(
    all,
  );
  expect(second.next_cursor).toBeNull();
  expect(first.data[0]).toEqual({
    ...{ document_id: 'journal_xero_platform_1-zip', kind: 'journal_xero', subject: 'platform', period: '2026-01' },
    ...{
      currency: null,
      format: 'zip',
      content_id: 'journal_xero_platform_1',
      file_name: 'journal_xero-2026-01-platform.zip',
    },
    ...{ hash: expect.stringMatching(/^[0-9a-f]{64}$/), byte_size: 27, issued_at: '2026-02-02T05:00:00.000Z' },
    ...{ supersedes: null, issued_by: 'finn', because: null, deleted_at: null },
  });
  expect(await list('finance', '?kind=tax_dac7&period=2025&subject=cr_ben')).toEqual(['tax_dac7_cr_ben_1-pdf']);
  const foreign = await api.request('finance', `/v1/documents?cursor=${Buffer.from('["x"]').toString('base64url')}`);
  expect([foreign.statusCode, foreign.json().detail]).toEqual([400, expect.stringContaining('not from this list')]);
});

test('a creator reads what is about itself, and nothing of a developer with the same id or of the platform', async () => {
  expect(await list('creator')).toEqual(['statement_cr_ada_1-csv', 'tax_dac7_cr_ada_1-pdf']);
  expect(await list('creator', '?subject=cr_ben')).toEqual([]);
  expect(await list('creator', '?kind=invoice')).toEqual([]);
  for (const id of [
    'statement_cr_ben_1-csv',
    'tax_dac7_cr_ada_1-zip',
    'invoice_cr_ada_1-pdf',
    'journal_xero_platform_1-zip',
    'none',
  ]) {
    const { statusCode, body } = await api.request('creator', `/v1/documents/${id}`);
    expect([statusCode, JSON.parse(body).detail]).toEqual([404, `There is no document ${id}.`]);
  }
  expect((await api.request('analyst', '/v1/documents')).statusCode).toBe(403);
});

test('a developer reads its own invoices and credit notes, not those of another or of a creator with its id', async () => {
  await issue({ kind: 'invoice', subject: 'dev_1', format: 'pdf' });
  await issue({ kind: 'credit_note', subject: 'dev_1', format: 'pdf' });
  await issue({ kind: 'invoice', subject: 'dev_2', format: 'pdf' });
  await issue({ kind: 'self_billed_invoice', subject: 'dev_1', format: 'pdf' });
  expect(await list('developer')).toEqual(['credit_note_dev_1_1-pdf', 'invoice_dev_1_1-pdf']);
  expect(await list('developer', '?subject=dev_2')).toEqual([]);
  expect(await list('developer', '?kind=self_billed_invoice')).toEqual([]);
  const own = await api.request('developer', '/v1/documents/invoice_dev_1_1-pdf');
  expect([own.statusCode, own.body]).toEqual([200, 'invoice_dev_1_1-pdf']);
  for (const id of ['invoice_dev_2_1-pdf', 'self_billed_invoice_dev_1_1-pdf', 'statement_cr_ada_1-csv'])
    expect([id, (await api.request('developer', `/v1/documents/${id}`)).statusCode]).toEqual([id, 404]);
});

test('a document is downloaded under its name, and is cached', async () => {
  const file = await api.request('creator', '/v1/documents/tax_dac7_cr_ada_1-pdf');
  expect(file.body).toBe('tax_dac7_cr_ada_1-pdf');
  expect(file.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': 'attachment; filename="tax_dac7-2025-cr_ada.pdf"',
  });
  const headers = { 'if-none-match': String(file.headers.etag) };
  const again = await api.request('creator', '/v1/documents/tax_dac7_cr_ada_1-pdf', { headers });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

const ZIP = '/v1/periods/2026-01/statements.zip?format=csv';

test('all statements of a period are one archive with the same bytes each time, once none is missing', async () => {
  const missing = await api.request('finance', '/v1/periods/2026-01/statements.zip');
  expect([missing.statusCode, missing.json().detail]).toEqual([
    409,
    'The archive of 2026-01 cannot be made, because 2 of its 2 statements are not issued as pdf; run issue-statements and try again.',
  ]);
  const archive = await api.request('finance', ZIP);
  expect(archive.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="statements-2026-01-csv.zip"',
  });
  const files = filesInArchive(archive.rawPayload).map(({ name, bytes }) => [name, String(bytes)]);
  expect(files).toEqual([
    ['statement-2026-01-cr_ada.csv', 'statement_cr_ada_1-csv'],
    ['statement-2026-01-cr_ben.csv', 'statement_cr_ben_1-csv'],
  ]);
  // The date of each file: the cutoff, 2 February 2026, 08:00.
  expect([archive.rawPayload.readUInt16LE(10), archive.rawPayload.readUInt16LE(12)]).toEqual([
    8 << 11,
    ((2026 - 1980) << 9) | (2 << 5) | 2,
  ]);
  expect((await api.request('operator', ZIP)).rawPayload).toEqual(archive.rawPayload);
  expect((await api.request('finance', '/v1/periods/2026-02/statements.zip')).statusCode).toBe(409);
  for (const role of ['creator', 'analyst'] as const) expect((await api.request(role, ZIP)).statusCode).toBe(403);
});

test('the archive has what is in force, not what was superseded', async () => {
  await issue({ kind: 'statement', subject: 'cr_ada', format: 'csv', version: 2 });
  const files = filesInArchive((await api.request('finance', ZIP)).rawPayload);
  expect(files.map(({ bytes }) => String(bytes))).toEqual(['statement_cr_ada_2-csv', 'statement_cr_ben_1-csv']);
});

test('the command line lists documents and writes one to a file', async () => {
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  const key = await createKey(api.services, { role: 'finance', name: 'at the command line', creatorId: undefined });
  await publishControl(folder.path, { url, key });
  const run = (...args: string[]) =>
    runHere(['documents', ...args], () => ({ ...SETTINGS, TANTIEME_DATA_DIR: folder.path }));
  const listed = JSON.parse((await run('list', '--kind', 'journal_xero', '--json')).out);
  expect(listed.documents).toMatchObject([{ document_id: 'journal_xero_platform_1-zip' }]);
  const path = join(folder.path, 'journal.zip');
  await run('get', 'journal_xero_platform_1-zip', '--out', path);
  expect(await readFile(path, 'utf8')).toBe('journal_xero_platform_1-zip');
  const { out } = await run('retention');
  expect(out).toContain('Nothing is deleted: TANTIEME_DOCUMENT_RETENTION is not set.');
  expect(out).toMatch(/invoices +2026 +\d+ +0 +never/);
  const none = await run('get', 'none', '--out', join(folder.path, 'none'));
  expect([none.code, none.err]).toEqual([2, 'There is no document none.\n']);
});

test('each tax document that staff read is logged, and what has all creators needs the permission to export it', async () => {
  const { operational } = api.services;
  const logged = () => operational.selectFrom('tax_openings').selectAll().orderBy('entry').execute();
  const before = (await logged()).length;
  await api.request('creator', '/v1/documents/tax_dac7_cr_ada_1-pdf');
  expect(await logged()).toHaveLength(before);
  const copy = await api.request('finance', '/v1/documents/tax_dac7_cr_ben_1-pdf');
  expect([copy.statusCode, (await logged()).at(-1)]).toMatchObject([
    200,
    {
      creator_id: 'cr_ben',
      fields: 'tax_dac7_cr_ben_1-pdf',
      purpose: 'shown',
      opened_by: expect.stringContaining('key_'),
    },
  ]);
  const scopes = ['documents:read', 'tax-profiles:read'] as const;
  const key = await createKey(api.services, { role: 'finance', name: 'reader', scopes });
  const headers = { authorization: `Bearer ${key}` };
  const refused = await api.app.inject({ url: '/v1/documents/tax_dac7_cr_ada_1-zip', headers });
  expect([refused.statusCode, refused.body]).toEqual([403, expect.stringContaining('needs tax-years:export')]);
  expect(await logged()).toHaveLength(before + 1);
});

test('what a filter leaves is one archive, without what is sealed', async () => {
  const { statusCode, rawPayload } = await api.request('finance', '/v1/documents.zip?subject=cr_ada');
  const files = filesInArchive(rawPayload).map(({ name, bytes }) => [name, bytes.toString()]);
  expect([statusCode, Object.fromEntries(files)]).toMatchObject([
    200,
    {
      'invoice/invoice-2026-01-cr_ada.pdf': 'invoice_cr_ada_1-pdf',
      'statement/statement-2026-01-cr_ada.csv': 'statement_cr_ada_2-csv',
      'statement/replaced-1/statement-2026-01-cr_ada.csv': 'statement_cr_ada_1-csv',
    },
  ]);
  expect(files.some(([name]) => name?.startsWith('tax_'))).toBe(false);
  const none = await api.request('finance', '/v1/documents.zip?kind=tax_dac7');
  expect([none.statusCode, (await api.request('creator', '/v1/documents.zip')).statusCode]).toEqual([404, 403]);
});

test('a document whose term is over is listed as deleted, is in no archive, and says so where it is read', async () => {
  const { operational, documents } = api.services;
  const id = 'statement_cr_ben_1-csv';
  const row = operational.selectFrom('documents').select('hash').where('document_id', '=', id);
  const { hash } = await row.executeTakeFirstOrThrow();
  const deleted_at = '2037-01-01T03:45:00.000Z';
  const named = { record_kind: 'document', record_id: id, kind: 'statement', period: '2026-01', hash } as const;
  await operational
    .insertInto('record_deletions')
    .values({ ...named, reason: 'kept for 10 years', deleted_by: 'schedule', deleted_at })
    .execute();
  await documents.delete(hash);
  const listed = (await api.request('finance', '/v1/documents?subject=cr_ben&kind=statement')).json().data;
  expect(listed).toMatchObject([{ document_id: id, deleted_at, hash }]);
  const read = await api.request('finance', `/v1/documents/${id}`);
  expect([read.statusCode, read.json().detail]).toEqual([
    404,
    `${id} was deleted at ${deleted_at}, once its term was over; its SHA-256 was ${hash}.`,
  ]);
  const ofBen = await api.request('finance', '/v1/documents.zip?subject=cr_ben&kind=statement');
  expect([ofBen.statusCode, ofBen.json().detail]).toEqual([404, read.json().detail]);
  expect((await api.request('finance', ZIP)).json()).toMatchObject({
    status: 404,
    detail: `The archive of 2026-01 cannot be made, because 1 statement of it as csv was deleted at ${deleted_at}, once the term was over; download those that are kept from /v1/documents.zip.`,
  });
});

test('finance sees what would be deleted when, and keeps it by a hold; creators do neither', async () => {
  const groups = (await api.request('finance', '/v1/record-retention')).json().data;
  expect(groups.map(({ group, years }: { group: string; years: null }) => [group, years])).toEqual([
    ...[
      ['statements', null],
      ['invoices', null],
      ['tax_forms', null],
      ['bank_files', null],
    ],
  ]);
  expect(groups[1].by_year).toMatchObject([{ recorded_year: 2026, delete_from_on: null, is_due: false }]);
  const post = (as: 'creator' | 'finance', path: string, body: object) =>
    api.request(as, path, { method: 'POST', payload: { because: 'A suit.', ...body } });
  const placed = (await post('finance', '/v1/record-holds', { subject: 'cr_ada' })).json();
  expect(placed).toMatchObject({ subject: 'cr_ada', kind: null, placed_by: expect.any(String), released_at: null });
  expect((await post('finance', `/v1/record-holds/${placed.hold_id}/release`, {})).statusCode).toBe(200);
  expect((await api.request('finance', '/v1/record-holds')).json().data).toHaveLength(1);
  for (const path of ['/v1/record-retention', '/v1/record-holds'])
    expect((await api.request('creator', path)).statusCode).toBe(403);
  expect((await post('creator', '/v1/record-holds', { subject: 'cr_ada' })).statusCode).toBe(403);
});
