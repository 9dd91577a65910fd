import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { assertAllIssued, type IssuableKind, issueDocuments } from '../../jobs/issue-documents.ts';
import type { Run } from '../../jobs/job.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { openDocuments } from '../../warehouse/documents/open-documents.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { type TemporaryFolder, temporaryFolder } from '../warehouse/folder.ts';
import { deleteEverything, freshStore } from '../warehouse/operational/fresh-store.ts';
import type { BillSources } from './bill-entry.ts';

let folder: TemporaryFolder;
let store: Awaited<ReturnType<typeof freshStore>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  store = await freshStore();
});
afterEach(() => deleteEverything(store.operational));
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A kind that is no statement: about a developer and a year, without a currency. */
const billsOf = (sources: readonly BillSources[], change: Partial<IssuableKind<BillSources>> = {}) =>
  ({
    kind: 'invoice',
    noun: 'bill',
    entry: new URL('bill-entry.ts', import.meta.url),
    async *read() {
      yield* sources;
    },
    identify: ({ number, developer_id, supersedes }) => ({
      content_id: number,
      subject: developer_id,
      ...(supersedes === undefined ? {} : { supersedes }),
    }),
    fileName: ({ content_id, period }, format) => `bill-${period}-${content_id}.${format}`,
    ...change,
  }) satisfies IssuableKind<BillSources>;

const address = () => ({ kind: 'folder', folder: join(folder.path, 'documents') }) as const;

function issue(of: IssuableKind<BillSources>) {
  const run = {
    operational: store.operational,
    renderer: documentRenderer({ threads: 0, documents: address() }),
    clock: { now: () => Date.parse('2027-01-05T04:00:00Z') },
    progress: () => undefined,
    interruption: new AbortController().signal,
  };
  return issueDocuments(run as unknown as Run, { period: '2026', of });
}

const recorded = () => store.operational.selectFrom('documents').selectAll().orderBy('entry').execute();

const ONE: BillSources = { number: 'bill_1', developer_id: 'dev_1', text: 'one' };
const TWO: BillSources = { number: 'bill_2', developer_id: 'dev_2', text: 'two' };
const UNREADABLE: BillSources = { number: 'bill_3', developer_id: 'dev_3', text: '' };

test('a new kind is issued by what it declares; what is issued is not rendered again, and one that fails stops none', async () => {
  const result = await issue(billsOf([UNREADABLE, ONE, TWO]));
  expect(result).toEqual({ issued: 2, total: 2, problems: ['bill_3 of dev_3: The bill has no text.'] });
  expect(() => assertAllIssued(result, { noun: 'bill', period: '2026' })).toThrow(
    new InvariantBroken('1 bill of 2026 could not be issued; all others are. bill_3 of dev_3: The bill has no text.'),
  );
  const [first, ...others] = await recorded();
  expect(first).toMatchObject({
    ...{ document_id: 'bill_1-txt', kind: 'invoice', subject: 'dev_1', period: '2026', currency: '', format: 'txt' },
    ...{ file_name: 'bill-2026-bill_1.txt', byte_size: 3n, supersedes: null },
  });
  expect(others).toHaveLength(1);
  expect(String(await openDocuments(address()).get(first?.hash ?? ''))).toBe('one');
  // With another text, it would have another hash.
  expect(await issue(billsOf([{ ...ONE, text: 'other' }, TWO]))).toEqual({ issued: 0, total: 2, problems: [] });
  expect(await recorded()).toEqual([first, ...others]);
});

test('files and what else is written are recorded together or not at all, and the next run issues them', async () => {
  const failing = billsOf([ONE], { record: () => Promise.reject(new Error('The outbox is full.')) });
  await expect(issue(failing)).rejects.toThrow('The outbox is full.');
  expect(await recorded()).toEqual([]);
  expect(await issue(billsOf([ONE]))).toMatchObject({ issued: 1 });
});

test('a document is issued in the place of an earlier one', async () => {
  await issue(billsOf([ONE]));
  await issue(billsOf([{ ...ONE, number: 'bill_1b', text: 'corrected', supersedes: 'bill_1' }]));
  const rows = await recorded();
  expect(rows.map(({ document_id, supersedes }) => [document_id, supersedes])).toEqual([
    ['bill_1-txt', null],
    ['bill_1b-txt', 'bill_1-txt'],
  ]);
});
