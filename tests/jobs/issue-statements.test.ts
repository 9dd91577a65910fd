import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { creatorPayerAssigned } from '../../ingest/events/tax.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import type { Services } from '../../jobs/job.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { runJob } from '../../jobs/run-job.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { statementIdOf } from '../../reports/statement/read.ts';
import { DEFAULT_SETTINGS } from '../../reports/statement/settings.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { type TemporaryFolder, temporaryFolder } from '../warehouse/folder.ts';
import { restartWithJanuary } from './closed-january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
  harness = await openTestServices();
  await restartWithJanuary(harness);
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
beforeEach(() => harness.restart('books'));

const issueWith = (changed: Partial<Services>) =>
  runJob(
    { ...harness.services, ...changed },
    { job: issueStatements, period: parsePeriod('2026-01'), startedBy: 'ada' },
  );

const recorded = () =>
  harness.services.operational.selectFrom('issued_statements').selectAll().orderBy('statement_id').execute();

test('every statement is issued once, with its four files and an event', async () => {
  const first = await harness.run(issueStatements, '2026-01');
  const rows = await recorded();
  expect(first).toEqual({ period: '2026-01', issued: 3, statements: 3 });
  expect(rows.map(({ creator_id }) => creator_id).sort()).toEqual(['cr_ada', 'cr_ben', 'cr_cai']);
  for (const { json_hash, csv_hash, xlsx_hash, pdf_hash, statement_id } of rows) {
    const [json, csv, xlsx, pdf] = await Promise.all(
      [json_hash, csv_hash, xlsx_hash, pdf_hash].map((hash) => harness.services.documents.get(hash)),
    );
    expect(JSON.parse(String(json))).toMatchObject({ statement_id });
    expect(String(csv)).toContain(statement_id);
    expect([String(xlsx?.subarray(0, 2)), String(pdf?.subarray(0, 4))]).toEqual(['PK', '%PDF']);
  }
  const events = await harness.services.warehouse.query(
    'select statement_id from raw.royalty_statement_issued order by 1',
  );
  expect(events.map(({ statement_id }) => statement_id)).toEqual(rows.map(({ statement_id }) => statement_id));
  expect(await harness.run(issueStatements, '2026-01')).toEqual({ ...first, issued: 0 });
});

test('one that cannot be rendered is named, all others are issued, and the next run issues it', async () => {
  const { warehouse } = harness.services;
  // The seal does not cover the reason.
  const setReason = (reason: string) =>
    warehouse.transaction((writer) =>
      writer.query(`update ledger.balances set payout_reason = '${reason}' where creator_id = 'cr_ben'`),
    );
  await setReason('no_such_reason');
  const failed = harness.run(issueStatements, '2026-01');
  const statement_id = statementIdOf({ period: '2026-01', creator_id: 'cr_ben', currency: 'USD' });
  await expect(failed).rejects.toThrow(InvariantBroken);
  await expect(failed).rejects.toThrow(
    `1 statement of 2026-01 could not be issued; all others are. ${statement_id} of cr_ben in USD: `,
  );
  await expect(failed).rejects.toThrow('no_such_reason');
  const others = (await recorded()).map(({ creator_id }) => creator_id);
  expect(others.toSorted()).toEqual(['cr_ada', 'cr_cai']);
  await setReason('payable');
  expect(await harness.run(issueStatements, '2026-01')).toMatchObject({ issued: 1, statements: 3 });
});

test('a statement is of the payer of its creator; without one in the settings it is named, and all others are issued', async () => {
  const { operational } = harness.services;
  await operational.transaction().execute((transaction) =>
    enqueueEvent(transaction, {
      declaration: creatorPayerAssigned,
      properties: {
        ...{ creator_id: 'cr_ben', payer_id: 'ireland', payer_country: 'IE', decided_by: 'Fay' },
        valid_from_at: '2026-01-01T00:00:00.000Z',
      },
      ...{ messageId: 'assigned', occurredAt: '2025-12-01T00:00:00.000Z' },
    }),
  );
  await harness.run(loadEvents);
  await expect(issueWith({})).rejects.toThrow(
    /1 statement of 2026-01 could not be issued; all others are\. \S+ of cr_ben in USD: Its payer is ireland, which the issuer file does not have; add it/,
  );
  expect(await recorded()).toHaveLength(2);
  const statements = { ...DEFAULT_SETTINGS, otherIssuers: { ireland: { name: 'Example Ireland Ltd.' } } };
  expect(await issueWith({ statements })).toMatchObject({ issued: 1, statements: 3 });
  const issuers = (await recorded()).map(async ({ creator_id, json_hash }) => [
    creator_id,
    JSON.parse(String(await harness.services.documents.get(json_hash))).issuer,
  ]);
  const main = { name: 'Tantieme Test Marketplace' };
  expect(Object.fromEntries(await Promise.all(issuers))).toEqual({
    ...{ cr_ada: main, cr_ben: { name: 'Example Ireland Ltd.' }, cr_cai: main },
  });
});

test('no statement is recorded whose bytes are not stored', async () => {
  const documents = { kind: 'folder', folder: join(folder.path, 'file') } as const;
  await writeFile(documents.folder, 'no folder');
  await expect(issueWith({ renderer: documentRenderer({ threads: 0, documents }) })).rejects.toThrow(
    'A document could not be stored',
  );
  expect(await recorded()).toEqual([]);
});
