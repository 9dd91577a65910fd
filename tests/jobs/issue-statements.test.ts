import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closePeriod } from '../../jobs/close-period.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import type { Services } from '../../jobs/job.ts';
import { runJob } from '../../jobs/run-job.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { january, PAYABLE } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(async () => {
  await harness.restart();
  await harness.recordEvents(...january(PAYABLE, harness.stripe));
  await harness.run(closePeriod, '2026-01');
});

const issueWith = (changed: Partial<Services>) =>
  runJob(
    { ...harness.services, ...changed },
    { job: issueStatements, period: parsePeriod('2026-01'), startedBy: 'ada' },
  );

const recorded = () =>
  harness.services.operational.selectFrom('statement_documents').selectAll().orderBy('statement_id').execute();

test('every statement is issued once, with its four files and an event', async () => {
  const first = await harness.run(issueStatements, '2026-01');
  const rows = await recorded();
  expect(first).toEqual({ period: '2026-01', issued: rows.length, statements: rows.length });
  expect(rows.length).toBeGreaterThan(1);
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

test('one that cannot be rendered stops the run after those before it, and the next run issues the others', async () => {
  const { renderer } = harness.services;
  let count = 0;
  const failing = {
    ...renderer,
    render: (document: Parameters<typeof renderer.render>[0]) => {
      if (++count === 2) throw new Unavailable('no second one');
      return renderer.render(document);
    },
  };
  await expect(issueWith({ renderer: failing })).rejects.toThrow('no second one');
  expect(await recorded()).toHaveLength(1);
  const { statements, issued } = await harness.run(issueStatements, '2026-01');
  expect(await recorded()).toHaveLength(Number(statements));
  expect(issued).toBe(Number(statements) - 1);
});

test('no statement is recorded whose bytes are not stored', async () => {
  const { documents } = harness.services;
  const full = { ...documents, putAll: () => Promise.reject(new Unavailable('the disk is full')) };
  await expect(issueWith({ documents: full })).rejects.toThrow('the disk is full');
  expect(await recorded()).toEqual([]);
});
