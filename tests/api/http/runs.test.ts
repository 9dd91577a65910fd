import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeAt } from '../../transforms/small-month.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { type As, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
let released: TemporaryFolder;
beforeAll(async () => {
  released = await temporaryFolder();
  api = await openTestApi({ TANTIEME_INGEST_FROM: `${released.path}/in, s3://events/logs` });
  await closeAt(api.services.warehouse, '2025-12', '2026-01-02T04:00:00.000Z');
});
afterAll(async () => {
  await api.close();
  await released[Symbol.asyncDispose]();
});

const start = (as: As, job: string, payload?: object) =>
  api.request(as, `/v1/jobs/${job}/runs`, { method: 'POST', ...(payload && { payload }) });

describe('a job', () => {
  test('is started in the background, and its run can be read', async () => {
    const started = await start('operator', 'load-events');
    expect(started.statusCode).toBe(202);
    const { run_id } = started.json();
    expect(started.headers.location).toBe(`/v1/runs/${run_id}`);
    expect(started.json()).toMatchObject({
      job: 'load-events',
      period: null,
      started_by: `the operator (${api.keyId('operator')})`,
    });
    const run = (await api.request('finance', `/v1/runs/${run_id}`)).json();
    expect(['running', 'done']).toContain(run.state);
  });

  test('responds with its result if the request waits', async () => {
    const ended = await start('operator', 'build-period', { period: '2026-01', wait: true });
    expect(ended.statusCode).toBe(200);
    expect(ended.json()).toMatchObject({
      state: 'done',
      period: '2026-01',
      outcome: { period: '2026-01', closed: false },
    });
    const listed = (await api.request('operator', '/v1/runs?job=build-period&limit=1')).json();
    expect(listed.data).toEqual([ended.json()]);
  });

  test('is stopped by whoever may start it, while it goes on', async () => {
    const [run] = (await api.request('operator', '/v1/runs?job=build-period&limit=1')).json().data;
    const stop = (as: As, id: string) => api.request(as, `/v1/runs/${id}/stop`, { method: 'POST' });
    expect((await stop('finance', run.run_id)).json()).toMatchObject({
      ...{ status: 409, detail: `The run ${run.run_id} cannot be stopped: it has ended.` },
    });
    await api.services.operational
      .updateTable('job_runs')
      .set({ state: 'running' })
      .where('run_id', '=', run.run_id)
      .execute();
    expect((await stop('finance', run.run_id)).json()).toMatchObject({
      ...{ state: 'running', stop_requested_by: `the finance (${api.keyId('finance')})` },
    });
    const restore = (job: string) =>
      api.services.operational
        .updateTable('job_runs')
        .set({ state: 'done', job })
        .where('run_id', '=', run.run_id)
        .execute();
    await restore('ingest-files');
    expect((await stop('finance', run.run_id)).json().detail).toContain('ingest-files needs the role operator');
    await restore('build-period');
    expect((await stop('finance', 'run_none')).statusCode).toBe(404);
  });

  test('that verifies returns the seals, whether or not they agree', async () => {
    const verify = async () =>
      (await start('finance', 'verify-period', { period: '2025-12', wait: true })).json().outcome;
    const seal = (text: string) =>
      api.services.warehouse.transaction((writer) => writer.query('update ledger.closes set seal = $1', [text]));
    const { recorded, ...verified } = await verify();
    expect(recorded).toMatch(/^[0-9a-f]{64}$/);
    expect(verified).toEqual({
      period: '2025-12',
      stored: recorded,
      recomputed: recorded,
      holds: true,
      changed_sources: [],
      changed_fact_keys: [],
    });
    await seal('a'.repeat(64));
    expect(await verify()).toEqual({ ...verified, recorded: 'a'.repeat(64), holds: false });
    await seal(recorded);
  });

  test('that replays returns the number of events that landed', async () => {
    const replayed = await start('operator', 'replay-rejected', { wait: true });
    expect([replayed.statusCode, replayed.json().outcome]).toEqual([
      200,
      { replayed: 0, landed: 0, still_quarantined: 0 },
    ]);
  });

  test('that fails responds with the status of its error, and its run has the reason', async () => {
    const failed = await start('finance', 'close-period', { period: '2026-02', wait: true });
    expect(failed.json()).toMatchObject({
      status: 400,
      detail: '2026-02 cannot be closed: it ends at 2026-03-01T00:00:00.000Z; close it after that.',
    });
    const [run] = (await api.request('finance', '/v1/runs?job=close-period&limit=1')).json().data;
    expect(run).toMatchObject({ state: 'failed', error: failed.json().detail, outcome: null });
  });

  test.each([
    ['operator', 'make-money', {}, 404, /^There is no job "make-money"; the jobs are load-events, /],
    ['operator', 'close-period', {}, 400, /needs a period; set period in the body/],
    ['operator', 'load-events', { period: '2026-01' }, 400, /leave period out/],
    ['operator', 'load-events', { by: 'Eve' }, 400, /^by is allowed only for the command line/],
    ['finance', 'ingest-files', {}, 403, /has the role finance; ingest-files needs the role operator/],
    ['finance', 'verify-period', { period: '2026-01', wait: true }, 409, /^2026-01 is not closed/],
    ['analyst', 'close-period', { period: '2026-01' }, 403, /needs the role finance or approver or operator/],
    ['creator', 'close-period', { period: '2026-01' }, 403, /needs the role finance or approver or operator/],
    ['finance', 'pull-stripe', { wait: true }, 503, /^Stripe cannot be reached without an API key/],
    [
      'finance',
      'pull-stripe',
      { options: { from: '2026-01-01' }, wait: true },
      503,
      /^Stripe cannot be reached without an API key/,
    ],
    ['finance', 'pull-stripe', { options: { from: 'monday' } }, 400, /^from takes a day such as .+, not "monday"\.$/],
    [
      'finance',
      'pull-stripe',
      { options: { since: '2026-01-01' } },
      400,
      /^pull-stripe takes the options from and to, not since\.$/,
    ],
    ['operator', 'load-events', { options: { from: '2026-01-01' } }, 400, /^load-events takes no options/],
  ] as const)('%s requests %s with %j: %i', async (as, job, payload, status, detail) => {
    const response = await start(as, job, payload);
    expect([response.statusCode, response.json().detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  test('without a known run is not found', async () => {
    expect((await api.request('operator', '/v1/runs/run_0')).json()).toMatchObject({ status: 404 });
    expect((await api.request('analyst', '/v1/runs')).statusCode).toBe(403);
    expect((await api.request('operator', '/v1/runs?job=nothing')).statusCode).toBe(400);
  });
});

describe('payouts', () => {
  const path = '/v1/payouts/2025-12';

  test('cannot be read before they are planned', async () => {
    expect((await api.request('finance', path)).json()).toMatchObject({ status: 409 });
    expect((await api.request('analyst', path)).statusCode).toBe(403);
  });

  test('are approved by another key than the one that planned them, whatever the names of the keys', async () => {
    const planned = await start('finance', 'plan-payouts', { period: '2025-12', wait: true });
    expect(planned.statusCode).toBe(200);
    const finance = `the finance (${api.keyId('finance')})`;
    expect((await api.request('operator', path)).json()).toMatchObject({
      state: 'planned',
      planned_by: finance,
      payouts: [],
    });
    const preview = (await api.request('finance', `${path}/preview`)).json();
    expect(preview).toMatchObject({ approvals_missing: 1, payouts: [], totals: [], last_paid: null });
    const stale = { period: '2025-12', wait: true, options: { hash: 'a'.repeat(64) } };
    expect((await start('operator', 'approve-payouts', stale)).statusCode).toBe(409);
    const own = await start('finance', 'approve-payouts', { period: '2025-12', wait: true });
    expect(own.json()).toMatchObject({ status: 400, detail: expect.stringContaining('someone else must approve') });
    // At the command line people are identified by name; the name of the planner's key is the planner.
    const posing = await start('command line', 'approve-payouts', { period: '2025-12', wait: true, by: finance });
    expect(posing.statusCode).toBe(400);
    const options = { hash: preview.approval_hash };
    const approved = await start('command line', 'approve-payouts', { ...stale, options, by: 'Ben' });
    expect(approved.statusCode).toBe(200);
    expect((await api.request('finance', path)).json()).toMatchObject({ state: 'approved', approved_by: 'Ben' });
  });
});

describe('ingest-files', () => {
  const EVENT = { type: 'page', userId: 'u1', receivedAt: '2026-01-05T10:00:00.000Z' };
  const ingest = (as: As, address: string, more: object = {}) =>
    start(as, 'ingest-files', { options: { address, ...more }, wait: true });

  test('reads for an API key only what is released, and nothing else through a link; for the command line any path', async () => {
    const path = (name: string): string => join(released.path, name);
    await mkdir(path('in/day'), { recursive: true });
    for (const [index, name] of ['in/day/a.json', 'secret.json', 'in-not.json'].entries()) {
      await writeFile(path(name), `${JSON.stringify({ ...EVENT, messageId: `page_${index}` })}\n`);
    }
    await symlink(path('secret.json'), path('in/day/link.json'));
    await symlink(released.path, path('in/out'));

    for (const address of ['secret.json', 'in/../secret.json', 'in-not.json', 'missing', '.'].map(path)) {
      const refused = await ingest('operator', address);
      expect(refused.json()).toMatchObject({
        status: 400,
        detail: `${address} cannot be read with an API key: only ${path('in')}, s3://events/logs and what is below are released for that; set TANTIEME_INGEST_FROM, or run "tantieme ingest" on the machine.`,
      });
    }
    for (const address of ['s3://events', 's3://events/logs-2', 's3://other/logs', '/etc/passwd']) {
      expect((await ingest('operator', address)).statusCode, address).toBe(400);
    }
    for (const name of ['in/day/link.json', 'in/out/secret.json', 'in/out']) {
      expect((await ingest('operator', path(name))).json()).toMatchObject({
        status: 400,
        detail: `${path(name)} cannot be read: a link in it leads out of TANTIEME_INGEST_FROM.`,
      });
    }
    expect((await ingest('operator', path('in'))).json().outcome).toMatchObject({ files_loaded: 1, files_skipped: 2 });
    expect((await ingest('command line', path('in/day'))).json().outcome).toMatchObject({ files_known: 1, landed: 1 });
    expect((await ingest('command line', path('secret.json'))).json().outcome).toMatchObject({ duplicates: 1 });
  });

  test('takes no other confinement', async () => {
    expect((await ingest('operator', join(released.path, 'in'), { within: 'anything' })).json().detail).toBe(
      'within can only be TANTIEME_INGEST_FROM.',
    );
  });
});
