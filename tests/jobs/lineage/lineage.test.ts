import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { lastBuild } from '../../../jobs/lineage/last-build.ts';
import { recordLineage } from '../../../jobs/lineage/record-lineage.ts';
import { type RunEvent, runEvent } from '../../../jobs/lineage/run-events.ts';
import { manifest } from '../../../reports/artefacts/artefacts.ts';
import { runResults } from '../../../reports/artefacts/run-results.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

const AT = Date.parse('2026-02-02T06:00:00Z');
const BUILD = { runId: 'run_1', job: { name: 'build-period', meaning: 'Builds.' }, period: parsePeriod('2026-01') };
const ROWS = { rows: { 'tantieme.postings': 3 } };

/** What the specification 2-0-2 requires of an event: https://openlineage.io/spec/2-0-2/OpenLineage.json */
const URI = { type: 'string', pattern: '^(https|urn):' };
const FACETS = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['_producer', '_schemaURL'],
    properties: { _producer: URI, _schemaURL: URI },
  },
};
const NAMED = { namespace: { type: 'string' }, name: { type: 'string' } };
const DATASETS = {
  type: 'array',
  items: { required: ['namespace', 'name'], properties: { ...NAMED, outputFacets: FACETS } },
};
const INSTANT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$';
const isEvent = new Ajv2020().compile({
  type: 'object',
  required: ['eventTime', 'producer', 'schemaURL', 'run', 'job'],
  properties: {
    eventType: { enum: ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'] },
    eventTime: { type: 'string', pattern: INSTANT },
    producer: URI,
    schemaURL: URI,
    run: {
      required: ['runId'],
      properties: {
        runId: { pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$' },
        facets: FACETS,
      },
    },
    job: { required: ['namespace', 'name'], properties: { ...NAMED, facets: FACETS } },
    inputs: DATASETS,
    outputs: DATASETS,
  },
});

test('a run has a start and an end, as the specification has them', () => {
  const run = { ...BUILD, at: AT };
  const events = [runEvent(run), runEvent(run, { outcome: ROWS }), runEvent(run, { error: 'The disk is full.' })];
  for (const event of events) expect([isEvent(event), isEvent.errors]).toEqual([true, null]);
  expect(events.map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE', 'FAIL']);
  expect(new Set(events.map((event) => event.run.runId)).size).toBe(1);
  const postings = events[1]?.outputs.find(({ name }) => name === 'tantieme.postings');
  expect(postings?.outputFacets?.outputStatistics.rowCount).toBe(3);
  expect(events[1]?.inputs).toContainEqual({ namespace: 'tantieme', name: 'raw.license_purchased' });
  expect(events[2]?.run.facets.errorMessage).toMatchObject({ message: 'The disk is full.' });
});

test('is written by day, sent with the key, and kept for thirty days; a receiver that fails changes nothing', async () => {
  await using folder = await temporaryFolder();
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    received.push([request.headers.authorization, ((await json(request)) as RunEvent).eventType]);
    response.writeHead(500).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/lineage`;
  const settings = { folder: folder.path, url, apiKey: 'secret' };
  await writeFile(join(folder.path, '2026-01-02.ndjson'), '');
  await writeFile(join(folder.path, '2026-01-03.ndjson'), '');
  expect(await recordLineage(settings, { ...BUILD, at: AT })).toEqual([
    `The event START of the run could not be sent to ${url}: it answered 500.`,
  ]);
  server.close();
  // A process that died has left the beginning of a line.
  await appendFile(join(folder.path, '2026-02-02.ndjson'), '{"eventType"');
  expect(await recordLineage(settings, { ...BUILD, at: AT }, { outcome: ROWS })).toEqual([
    expect.stringMatching(`^The event COMPLETE of the run could not be sent to ${url}: .+\\.$`),
  ]);
  await recordLineage(settings, { ...BUILD, at: AT, job: { name: 'load-events', meaning: 'Loads.' } });
  expect(received).toEqual([['Bearer secret', 'START']]);
  expect((await readdir(folder.path)).sort()).toEqual(['2026-01-03.ndjson', '2026-02-02.ndjson']);
  const lines = (await readFile(join(folder.path, '2026-02-02.ndjson'), 'utf8')).trim().split('\n');
  expect([lines.length, lines[1]]).toEqual([3, '{"eventType"']);
  expect([lines[0], lines[2]].map((line) => JSON.parse(line ?? '').eventType)).toEqual(['START', 'COMPLETE']);
});

test('the last build becomes run results, whose models and checks are in the manifest', async () => {
  await using folder = await temporaryFolder();
  expect(await lastBuild(folder.path)).toBeUndefined();
  const settings = { folder: folder.path };
  await recordLineage(settings, { ...BUILD, at: AT });
  await recordLineage(settings, { ...BUILD, at: AT + 1500 }, { outcome: ROWS });
  await recordLineage(settings, { ...BUILD, runId: 'run_2', at: AT + 2000 }, { error: 'A check failed.' });
  await writeFile(join(folder.path, '2026-02-03.ndjson'), '{"eventType":"COMPL');
  const built = await lastBuild(folder.path);
  const of = { database: 'tantieme', generatedAt: '2026-02-03T00:00:00.000Z', version: '1.9.0' };
  if (!built) throw new Error('There is a build.');
  const { results, elapsed_time } = runResults(built, of) as {
    results: readonly { unique_id: string; status: string; adapter_response: object }[];
    elapsed_time: number;
  };
  expect(elapsed_time).toBe(1.5);
  expect(results[0]).toMatchObject({ unique_id: 'model.tantieme.postings', adapter_response: { rows_affected: 3 } });
  expect(results.map(({ unique_id }) => unique_id)).toContain('test.tantieme.postings.journal_sums_to_zero');
  const { nodes } = manifest(of) as { nodes: object };
  expect(results.filter(({ unique_id }) => !Object.hasOwn(nodes, unique_id))).toEqual([]);
});
