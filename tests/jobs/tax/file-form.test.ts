import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { recordDocuments } from '../../../jobs/document-rows.ts';
import type { Run, Services } from '../../../jobs/job.ts';
import { eraseProfiles } from '../../../jobs/tax/erase-profiles.ts';
import { fileForm } from '../../../jobs/tax/file-form.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { readDocument } from '../../../jobs/tax/sealed-documents.ts';
import { exportTaxForm, taxYearStatus } from '../../../jobs/tax/tax-year.ts';
import { filesInArchive } from '../../../reports/render/zip.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import type { TaxManifest } from '../../../reports/tax/manifest.ts';
import type { Return1099 } from '../../../reports/tax/us-1099-misc.ts';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE, type Example } from '../../reports/tax/example.ts';
import { type Month, writeLedger } from '../../reports/tax/ledger-year.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { RUN } from '../test-services.ts';
import { fileAsFinn, openTaxStore } from './tax-store.ts';

const [base, folder] = [await openTaxStore(), await temporaryFolder()];
let services: Services & { readonly taxFile: string };

const MONTHS: readonly Month[] = [
  { period: '2026-01', creator_id: 'cr_ada', currency: 'USD', earned: 5_000n },
  { period: '2026-02', creator_id: 'cr_ben', currency: 'EUR', earned: 12_300n },
];

beforeEach(async () => {
  await base.restart();
  services = { ...base.services, taxFile: join(folder.path, 'tax.json') };
  await writeLedger(services.warehouse, MONTHS, ['2026-11']);
  await decide();
  await record('cr_ada', PROFILES.w9);
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const record = (creatorId: string, profile: object) => recordProfile(services, { creatorId, profile, by: 'finn' });

async function decide(change: (example: Example) => void = () => {}): Promise<void> {
  const example = structuredClone(EXAMPLE);
  change(example);
  await writeFile(services.taxFile, JSON.stringify(example));
}

const file = (stores: Services = services, more: { because?: string } = {}) =>
  fileAsFinn(stores, { year: '2026', form: 'us_1099_misc', ...more });
const documents = () => services.operational.selectFrom('documents').selectAll().orderBy('entry').execute();
const bytesOf = async (id: string): Promise<Buffer> => {
  const row = (await documents()).find(({ document_id }) => document_id === id);
  return Buffer.from(await readDocument(services, requirePresent(row, `${id} is issued.`)));
};
const filesOf = async (id: string) =>
  new Map(filesInArchive(await bytesOf(id)).map(({ name, bytes }) => [name, bytes.toString()]));

test('a filing is stored with who filed it, and filing again without a difference changes nothing', async () => {
  expect(await file()).toMatchObject({ filing_number: 1, is_new: true, new_count: 1, copy_count: 1 });
  const first = await documents();
  expect(first.map((row) => [row.document_id.replace(/-[0-9a-f]{16}-/, '-…-'), row.subject, row.file_name])).toEqual([
    ['tax_1099_misc-2026-1-zip', 'platform', 'tax-2026-us-1099-misc-1.zip'],
    ['tax_1099_misc-2026-1-json', 'platform', 'tax-2026-us-1099-misc-1.json'],
    ['tax_1099_misc-2026-1-…-pdf', 'cr_ada', 'tax-2026-us-1099-misc-1-cr_ada.pdf'],
  ]);
  expect(first[0]).toMatchObject({ kind: 'tax_1099_misc', period: '2026', issued_by: 'finn', supersedes: null });
  const files = await filesOf('tax_1099_misc-2026-1-zip');
  expect(files.get('tax-2026-us-1099-misc.txt')).toContain('Filing 1 of this form and year: 1 new');
  // The same as the preview, but for the copy, and for the text and the manifest, which say what they are.
  const preview = filesInArchive(
    (await exportTaxForm(services, { year: '2026', form: 'us_1099_misc', by: 'f' })).archive,
  );
  expect(preview[0]?.bytes.toString()).toContain('A preview: it is not recorded as filed');
  const copies = new Map([['recipients/cr_ada.pdf', (await bytesOf(first[2]?.document_id ?? '')).toString()]]);
  for (const { name, bytes } of preview.slice(2)) expect(files.get(name) ?? copies.get(name)).toBe(bytes.toString());
  expect([...files.keys()].filter((name) => name.endsWith('.pdf'))).toEqual([]);
  expect(await file()).toMatchObject({ filing_number: 1, is_new: false, document_id: 'tax_1099_misc-2026-1-zip' });
  expect(await documents()).toEqual(first);
  const { forms } = await taxYearStatus(services, '2026');
  expect(forms.map(({ form, filed }) => [form, filed?.document_id, filed?.filed_by])).toEqual([
    ['us_1099_misc', 'tax_1099_misc-2026-1-zip', 'finn'],
    ...['us_1042_s', 'dac7', 'generic'].map((form) => [form, undefined, undefined]),
  ]);
});

test('a later filing has what was changed, supersedes the one before, and leaves its bytes as they were', async () => {
  await file();
  const before = await bytesOf('tax_1099_misc-2026-1-zip');
  await record('cr_ben', PROFILES.w9);
  await decide(({ us_1099_misc }) => Object.assign(us_1099_misc, { gross: 'before_platform_fee' }));
  expect(await file(services, { because: 'The fee is ours.' })).toMatchObject({
    ...{ filing_number: 2, new_count: 1, corrected_count: 1, withdrawn_count: 0, copy_count: 2 },
  });
  const rows = await documents();
  expect(rows.slice(3).map((row) => [row.subject, row.format, row.supersedes, row.because])).toEqual([
    ['platform', 'zip', 'tax_1099_misc-2026-1-zip', 'The fee is ours.'],
    ['platform', 'json', 'tax_1099_misc-2026-1-json', 'The fee is ours.'],
    ['cr_ada', 'pdf', rows[2]?.document_id, 'The fee is ours.'],
    ['cr_ben', 'pdf', null, 'The fee is ours.'],
  ]);
  expect(await bytesOf('tax_1099_misc-2026-1-zip')).toEqual(before);
  const files = await filesOf('tax_1099_misc-2026-2-zip');
  expect([...files.keys()].filter((name) => name.endsWith('.csv'))).toEqual([
    ...['1099-misc-2026-1.csv', '1099-misc-2026-corrected-1.csv'],
  ]);
  // What is on file then is what is on the form, which with those left out is the ledger.
  const filed = JSON.parse((await bytesOf('tax_1099_misc-2026-2-json')).toString()) as FiledForm<Return1099>;
  expect(filed.records.map(({ creator_id, content }) => [creator_id, content.royalties, content.withheld])).toEqual([
    ['cr_ada', '100.00', '0.00'],
    ['cr_ben', '270.60', '0.00'],
  ]);
  const manifest = JSON.parse(files.get('tax-2026-us-1099-misc.json') ?? '') as TaxManifest;
  expect([manifest.included_count, manifest.left_out, manifest.filing?.number]).toEqual([2, [], 2]);
  for (const [currency, amount] of [
    ['USD', '50.00'],
    ['EUR', '123.00'],
  ] as const) {
    const total = { amount: 'credited', currency, on_the_form: amount, left_out: '0.00', ledger: amount };
    expect(manifest.totals).toContainEqual(total);
  }
});

test('an attempt that ends before it is recorded leaves nothing, and the next one has the same files', async () => {
  const texts: string[] = [];
  const stored = {
    ...services.documents,
    putAll: async (bytes: readonly Uint8Array[]) => {
      await services.documents.putAll(bytes);
      texts.push(...bytes.map((each) => Buffer.from(each).toString()));
      throw new Error('The process was killed.');
    },
  };
  await expect(file({ ...services, documents: stored })).rejects.toThrow('The process was killed.');
  expect(await documents()).toEqual([]);
  await file();
  const rows = await documents();
  for (const [index, text] of texts.entries()) {
    const row = requirePresent(rows[index], 'It was stored in the same order.');
    const lost = { ...row, hash: await services.documents.put(Buffer.from(text)) };
    expect(await readDocument(services, lost)).toEqual(await readDocument(services, row));
  }
});

/** A filing whose run can be watched and changed. */
const filing = (changed: Partial<Run> = {}) =>
  fileForm({ ...services, ...RUN, startedBy: 'finn', ...changed }, { year: '2026', form: 'us_1099_misc' });

test('copies go to the renderer in batches, after each of which the run says how far it is and can be stopped', async () => {
  const ids = Array.from({ length: 10 }, (_, index) => `cr_${index}`);
  await writeLedger(
    services.warehouse,
    ids.map((creator_id) => ({ period: '2026-03', creator_id, currency: 'USD', earned: 5_000n })),
    [],
  );
  const insert = 'insert into raw.creator_signed_up by name select $1 as id, $1 as creator_id, $1 as creator_name';
  await services.warehouse.transaction(async (writer) => {
    for (const id of ids) await writer.query(insert, [id]);
  });
  for (const id of ids) await record(id, PROFILES.w9);
  const said: string[] = [];
  const stopped = filing({
    progress: (text) => {
      said.push(text);
      throw new Error('The server stops.');
    },
  });
  await expect(stopped).rejects.toThrow('The server stops.');
  const failed = filing({
    renderer: { ...services.renderer, store: async (_, batch) => batch.map(() => ({ problem: 'No font has it.' })) },
  });
  await expect(failed).rejects.toThrow('The copy of cr_0 cannot be rendered, and nothing was filed: No font has it.');
  expect([said, await documents()]).toEqual([['10 of 11 copies for creators'], []]);
});

test('of two filings at once one is recorded, and the other says so', async () => {
  await file();
  await record('cr_ben', PROFILES.w9);
  let arrive = (): void => undefined;
  const other = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  // The first waits, with everything stored, until the second is recorded.
  const waiting = {
    ...services.documents,
    putAll: async (bytes: readonly Uint8Array[]) => {
      await other;
      return services.documents.putAll(bytes);
    },
  };
  const slow = file({ ...services, documents: waiting });
  slow.catch(() => undefined);
  await expect(file()).rejects.toThrow('file-tax-form is already running');
  // As by a process that has taken the run for dead.
  const recorded = await filing();
  arrive();
  expect(recorded).toMatchObject({ filing_number: 2, new_count: 1 });
  await expect(slow).rejects.toThrow(Conflict);
  await expect(slow).rejects.toThrow(/was filed by somebody else meanwhile; look at that filing, then file again/);
  expect((await documents()).filter(({ format }) => format === 'json')).toHaveLength(2);
});

test('a filing that was refused counts for nothing, and its ids are not used again', async () => {
  const dac7 = (refused?: number) => fileAsFinn(services, { year: '2026', form: 'dac7', ...(refused && { refused }) });
  await expect(dac7(1)).rejects.toThrow('Filing 1 of 2026 cannot take the place of a refused one: nothing was filed.');
  /** The kind, the id and the record that is corrected of the operator and of the seller. */
  const docsOf = async (number: number): Promise<string[][]> => {
    const xml = [...(await filesOf(`tax_dac7-2026-${number}-zip`)).values()].join();
    const docs = xml.matchAll(/Indic>(OECD\d)<.*?<stf:DocRefId>(.*?)<\/stf:DocRefId>(?:<stf:CorrDocRefId>(.*?)<)?/g);
    return [...docs].map(([, kind = '', id = '', of = '']) => [kind, id, of]);
  };
  await record('cr_ben', PROFILES.dac7_person);
  await dac7();
  expect(await dac7(1)).toMatchObject({ filing_number: 2, is_new: true, new_count: 1 });
  // A run that is repeated after it was recorded.
  await expect(dac7(1)).rejects.toThrow('the last filing is 2, and only that one can have been refused');
  const [first, second] = [await docsOf(1), await docsOf(2)];
  expect([first, second].map((docs) => docs.map(([kind]) => kind))).toEqual([
    ['OECD1', 'OECD1'],
    ['OECD1', 'OECD1'],
  ]);
  expect(new Set([...first, ...second].map(([, id]) => id)).size).toBe(4);
  // The third corrects the second; refused, also twice, it is made once more from the second.
  await record('cr_ben', { ...PROFILES.dac7_person, last_name: 'Other' });
  await dac7();
  await dac7(3);
  await dac7(4);
  const later = [await docsOf(3), await docsOf(4), await docsOf(5)];
  const seller = second[1]?.[1];
  for (const docs of later) {
    expect(docs).toEqual([
      ['OECD0', second[0]?.[1], ''],
      ['OECD2', expect.any(String), seller],
    ]);
  }
  expect(new Set(later.map((docs) => docs[1]?.[1])).size).toBe(3);
  expect(await dac7()).toMatchObject({ filing_number: 5, is_new: false });
});

test('what is filed is stored sealed; erasing a creator erases its copies, and a changed one is refused', async () => {
  await file();
  const [archive, record, copy] = await documents();
  const stored = await Promise.all([archive, record, copy].map((row) => services.documents.get(row?.hash ?? '')));
  const { name = '' } = PROFILES.w9 as { name?: string };
  for (const bytes of stored) {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toMatch(/^\{"data_key_id":"tdk_/);
    expect([name, '%PDF', 'PK\u0003\u0004'].filter((each) => text.includes(each))).toEqual([]);
  }
  expect(Number(copy?.byte_size)).toBe((await bytesOf(copy?.document_id ?? '')).length);
  // The bytes of one subject do not open as those of another.
  const moved = { ...requirePresent(copy, 'A copy is issued.'), subject: 'cr_ben' };
  await expect(readDocument(services, moved)).rejects.toThrow(InvariantBroken);
  services = { ...services, clock: { now: () => Date.parse('2040-01-01T00:00:00Z') } };
  await eraseProfiles(services, { creatorId: 'cr_ada', because: 'She asked.', by: 'finn' });
  await expect(bytesOf(copy?.document_id ?? '')).rejects.toThrow('was erased with the tax profiles of its creator');
  expect((await bytesOf(record?.document_id ?? '')).toString()).toContain(name);
});

test('no erasure takes away what was filed of all creators, whatever a creator is called', async () => {
  services = { ...services, clock: { now: () => Date.parse('2040-01-01T00:00:00Z') } };
  const erase = (creatorId: string) => eraseProfiles(services, { creatorId, because: 'By mistake.', by: 'finn' });
  await file();
  for (const id of ['platform', '', 'cr_typo']) await expect(erase(id)).rejects.toThrow(`There is no creator ${id}.`);
  const insert = "insert into raw.creator_signed_up by name select 'm9' as id, $1 as creator_id, $1 as creator_name";
  await services.warehouse.transaction((writer) => writer.query(insert, ['platform']));
  await expect(erase('platform')).rejects.toThrow('platform has no tax profile, bank account or billing profile');
  await record('platform', PROFILES.w9);
  expect(await erase('platform')).toMatchObject({ is_erased: true });
  expect((await filesOf('tax_1099_misc-2026-1-zip')).size).toBeGreaterThan(2);
  expect(await file()).toMatchObject({ filing_number: 1, is_new: false });
});

test('a filing may have more documents than one INSERT takes, and all of them are recorded or none', async () => {
  // Above 4,681 rows a statement has too many parameters.
  const count = FULL_RUN ? 5_001 : 1_001;
  const copies = Array.from({ length: count }, (_, index) => ({
    ...({
      kind: 'tax_1099_misc',
      period: '2026',
      subject: `cr_${index}`,
      content_id: `copy-${index}`,
      issued_by: 'finn',
    } as const),
    files: { pdf: { hash: 'a'.repeat(64), byte_size: 1 } },
    fileName: (format: string) => `copy-${index}.${format}`,
  }));
  const last = copies.slice(-1);
  await recordDocuments(services, last, 'Issued meanwhile.');
  await expect(recordDocuments(services, copies, 'Issued meanwhile.')).rejects.toThrow('Issued meanwhile.');
  expect(await documents()).toHaveLength(1);
  await recordDocuments(services, copies.slice(0, -1), 'Issued meanwhile.');
  expect(await documents()).toHaveLength(count);
});
