import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statementIdOf } from '../../../reports/statement/read.ts';
import { type Format, renderStatement } from '../../../reports/statement/render.ts';
import { closes } from '../../../transforms/ledger/tables.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { statement } from '../../reports/statement/document.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
const IDS: Record<string, string> = {};

beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
  for (const creator_id of ['cr_ada', 'cr_ben', 'cr_cleo']) {
    IDS[creator_id] = statementIdOf({ period: '2026-01', creator_id, currency: 'USD' });
    await issue(creator_id, IDS[creator_id]);
  }
});
afterAll(() => api.close());

async function issue(creator_id: string, statement_id: string): Promise<void> {
  const { documents, operational } = api.services;
  const document = { ...statement(), statement_id, creator: { creator_id, name: creator_id, country: 'DE' } };
  for (const [format, bytes] of Object.entries(renderStatement(document))) {
    const row = {
      document_id: `${statement_id}-${format}`,
      kind: 'statement' as const,
      subject: creator_id,
      period: '2026-01',
      currency: 'USD',
      format: format as Format,
      content_id: statement_id,
      file_name: `statement-2026-01-usd-${creator_id}.${format}`,
      hash: await documents.put(bytes),
      byte_size: BigInt(bytes.length),
      issued_at: '2026-02-02T05:00:00Z',
      supersedes: null,
    };
    await operational.insertInto('documents').values(row).execute();
  }
}

describe('statements', () => {
  test('are listed in pages, all of them for finance', async () => {
    const first = (await api.request('finance', '/v1/statements?period=2026-01&limit=2')).json();
    expect(first.data.map((row: { creator_id: string }) => row.creator_id)).toEqual(['cr_ada', 'cr_ben']);
    const second = (await api.request('finance', `/v1/statements?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second.data.map((row: { creator_id: string }) => row.creator_id)).toEqual(['cr_cleo']);
    expect(second.next_cursor).toBeNull();
    expect((await api.request('finance', '/v1/statements?period=2025-12')).json()).toEqual({
      data: [],
      next_cursor: null,
    });
    expect((await api.request('finance', '/v1/statements?creator_id=cr_ben')).json().data).toHaveLength(1);
  });

  test('of other creators are not found by a creator', async () => {
    const own = (await api.request('creator', '/v1/statements')).json();
    expect(own.data.map((row: { statement_id: string }) => row.statement_id)).toEqual([IDS.cr_ada]);
    const missing = 'stmt_000000000000000000000000';
    for (const path of ['', '/pdf']) {
      const other = await api.request('creator', `/v1/statements/${IDS.cr_ben}${path}`);
      const none = await api.request('creator', `/v1/statements/${missing}${path}`);
      expect([other.statusCode, none.statusCode]).toEqual([404, 404]);
      expect(other.json().detail.replace(IDS.cr_ben, missing)).toBe(none.json().detail);
    }
    expect((await api.request('creator', '/v1/statements?creator_id=cr_ben')).statusCode).toBe(404);
    expect((await api.request('analyst', '/v1/statements')).statusCode).toBe(403);
  });

  test('are the bytes that were issued', async () => {
    const response = await api.request('creator', `/v1/statements/${IDS.cr_ada}`);
    expect(response.json()).toMatchObject({ statement_id: IDS.cr_ada, creator: { creator_id: 'cr_ada' } });
    const file = await api.request('creator', `/v1/statements/${IDS.cr_ada}/json`);
    expect(file.rawPayload).toEqual(response.rawPayload);
  });

  test.each([
    ['pdf', 'application/pdf', '%PDF'],
    ['csv', 'text/csv; charset=utf-8', '\ufeffrow_'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'PK'],
  ])('can be downloaded as %s with a unique name, and are cached', async (format, type, start) => {
    const url = `/v1/statements/${IDS.cr_ada}/${format}`;
    const file = await api.request('creator', url);
    expect(file.headers).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="statement-2026-01-usd-cr_ada.${format}"`,
    });
    expect(file.rawPayload.subarray(0, Buffer.byteLength(start)).toString()).toBe(start);
    const { etag } = file.headers;
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const again = await api.request('creator', url, { headers: { 'if-none-match': String(etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('are CSV for spreadsheets of a language, and as they were issued for programs', async () => {
    const url = `/v1/statements/${IDS.cr_ada}/csv`;
    const german = (await api.request('creator', `${url}?locale=de`)).body.split('\r\n')[1];
    expect(german).toContain(';Januar 2026;USD;0,00;');
    expect((await api.request('creator', `${url}?locale=de_x`)).json()).toMatchObject({ status: 400 });
    const exact = await api.request('creator', `${url}?form=exact`);
    expect(exact.body.startsWith('row_type,')).toBe(true);
    expect(exact.headers.etag).toBe(`"${sha256Hex(exact.rawPayload)}"`);
    const [listed] = (await api.request('creator', '/v1/statements')).json().data;
    expect(exact.headers.etag).toBe(`"${listed.csv_hash}"`);
  });

  test('are refused in other formats', async () => {
    expect((await api.request('creator', `/v1/statements/${IDS.cr_ada}/docx`)).statusCode).toBe(400);
  });
});

describe('the earnings of a creator', () => {
  test('are read in pages in order, without duplicates or gaps', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (await api.request('creator', `/v1/creators/cr_ada/royalties?limit=1${cursor}`)).json();
      seen.push(...page.data.map((row: { movement_id: string }) => row.movement_id));
      cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
    } while (cursor);
    expect(seen).toEqual(['sale_1', 'sale_2', 'sale_3']);
    const february = (await api.request('finance', '/v1/creators/cr_ada/royalties?period=2026-02')).json();
    expect(february.data).toHaveLength(1);
    expect(february.data[0]).toMatchObject({ creator_id: 'cr_ada', royalty_amount: '10.000000001', fee_bps: 2000 });
  });

  test('keep every digit of an amount', async () => {
    const { body } = await api.request('creator', '/v1/creators/cr_ada/balances');
    expect(body).toContain('"closing_minor":-9007199254740993,');
  });

  test('are not found for another creator or an unknown one', async () => {
    for (const part of ['royalties', 'payouts', 'balances']) {
      expect((await api.request('creator', `/v1/creators/cr_ben/${part}`)).json()).toMatchObject({
        status: 404,
        detail: 'There is no creator cr_ben.',
      });
      expect((await api.request('finance', `/v1/creators/cr_nobody/${part}`)).json()).toMatchObject({
        status: 404,
        detail: 'There is no creator cr_nobody.',
      });
    }
    expect((await api.request('finance', '/v1/creators/ben/royalties')).json().detail).toBe(
      'creator_id in the path must be written like cr_ada.',
    );
  });

  test('include the payouts that were sent to the gateway as events', async () => {
    const payload = {
      type: 'track',
      event: 'Payout Sent',
      userId: 'cr_ada',
      messageId: 'po_1-sent',
      timestamp: '2026-02-01T00:00:00Z',
      properties: {
        event_version: 1,
        payout_id: 'po_1',
        batch_id: 'batch_2026-01',
        creator_id: 'cr_ada',
        payout_period: '2026-01',
        amount: '12.50',
        currency: 'USD',
        account_id_stripe: 'acct_1',
        transfer_id_stripe: 'tr_1',
      },
    };
    const headers = { authorization: `Basic ${Buffer.from('wk_tantieme:').toString('base64')}` };
    expect((await api.app.inject({ method: 'POST', url: '/v1/track', headers, payload })).body).toBe('ok');
    const loaded = await api.request('operator', '/v1/jobs/load-events/runs', {
      method: 'POST',
      payload: { wait: true },
    });
    expect(loaded.json()).toMatchObject({ outcome: { accepted: 1, landed: 1, quarantined: 0 } });
    // The facts in suspense have no reports, which a build of the next month would notice.
    await api.services.warehouse.transaction((writer) => writer.query('delete from draft.suspended_facts'));
    const built = { period: '2026-02', wait: true };
    await api.request('operator', '/v1/jobs/build-period/runs', { method: 'POST', payload: built });
    const paid = (await api.request('creator', '/v1/creators/cr_ada/payouts')).json();
    expect(paid.data).toMatchObject([
      { payout_id: 'po_1', amount: '12.5', period: '2026-02', transfer_id_stripe: 'tr_1' },
    ]);
    expect((await api.request('finance', '/v1/creators/cr_ben/payouts')).json().data).toEqual([]);
  });
});

describe('periods', () => {
  test('have their state and their totals', async () => {
    const open = (await api.request('analyst', '/v1/periods/2026-01')).json();
    expect(open).toMatchObject({
      is_closed: false,
      seal: null,
      totals: [{ currency: 'USD', creators_amount: '20', suspense_amount: '12' }],
    });
    await api.services.warehouse.transaction((writer) =>
      writer.append(closes, [
        {
          period: '2025-12',
          next_period: '2026-01',
          cutoff_at: '2026-01-02T04:00:00.000Z',
          closed_by: 'schedule',
          posting_count: 0n,
          format_version: 1n,
          rules_hash: 'b'.repeat(64),
          blinding_secret: 'c'.repeat(64),
          seal: 'a'.repeat(64),
          previous_seal: null,
        },
      ]),
    );
    const closed = (await api.request('analyst', '/v1/periods/2025-12')).json();
    expect(closed).toMatchObject({ is_closed: true, seal: 'a'.repeat(64), closed_by: 'schedule', posting_count: 0 });
    expect(JSON.stringify(closed)).not.toContain('c'.repeat(64));
    // The payout of the test above belongs to February.
    expect((await api.request('finance', '/v1/periods')).json().data).toEqual([
      { period: '2025-12', is_closed: true },
      { period: '2026-02', is_closed: false },
    ]);
    expect((await api.request('creator', '/v1/periods/2025-12')).statusCode).toBe(403);
  });
});

describe('reconciliations', () => {
  test('cannot be read before there is one', async () => {
    expect((await api.request('finance', '/v1/reconciliations/2025-11')).json()).toMatchObject({
      status: 409,
      detail: '2025-11 has not been reconciled with Stripe yet; reconcile it first.',
    });
  });

  test('have the verdict, the movements by kind, and each break', async () => {
    const run = {
      run_id: 'run_1',
      job: 'reconcile-stripe',
      period: '2026-01',
      started_by: 'x',
      started_at: '2026-02-02T05:00:00Z',
    };
    const ended = {
      state: 'done',
      lease_expires_at: '2026-02-02T05:00:00Z',
      outcome: '{}',
      finished_at: null,
      progress: null,
      error: null,
    } as const;
    await api.services.operational
      .insertInto('job_runs')
      .values({ ...run, ...ended })
      .execute();
    const reconciled = (await api.request('analyst', '/v1/reconciliations/2026-01')).json();
    expect(reconciled).toMatchObject({
      verdict: 'incomplete',
      break_count: 1,
      movements: [{ match_status: 'missing_in_stripe', flow_count: 1, ledger_minor: 1250 }],
      breaks: [{ flow_id: 'ch_1', stripe_minor: null }],
    });
    expect((await api.request('creator', '/v1/reconciliations/2026-01')).statusCode).toBe(403);
  });
});

test('a deleted statement says so, to its creator and finance alone', async () => {
  const { operational } = api.services;
  const statement_id = `stmt_${'5'.repeat(24)}`;
  const named = { kind: 'statement', period: '2025-12', hash: '5'.repeat(64) } as const;
  const documents = (['json', 'csv', 'xlsx', 'pdf'] as const).map((format) => ({
    ...{ ...named, document_id: `${statement_id}-${format}`, content_id: statement_id, subject: 'cr_ben', format },
    ...{ currency: 'USD', file_name: `s.${format}`, byte_size: 1n, issued_at: '2026-01-02T05:00:00.000Z' },
    ...{ supersedes: null, issued_by: 'finn', because: null },
  }));
  await operational.insertInto('documents').values(documents).execute();
  const of = { reason: 'kept for 10 years', deleted_by: 'schedule', deleted_at: '2037-01-01T03:45:00.000Z' };
  await operational
    .insertInto('record_deletions')
    .values(documents.map(({ document_id }) => ({ ...named, ...of, record_kind: 'document', record_id: document_id })))
    .execute();
  for (const path of ['', '/csv', '/json']) {
    const { statusCode, body } = await api.request('finance', `/v1/statements/${statement_id}${path}`);
    expect([statusCode, JSON.parse(body).detail]).toEqual([
      404,
      expect.stringMatching(/-csv was deleted at 2037-01-01T03:45:00.000Z, once its term was over;/),
    ]);
  }
  const other = await api.request('creator', `/v1/statements/${statement_id}`);
  expect(other.json().detail).toBe(`There is no statement ${statement_id}.`);
});
