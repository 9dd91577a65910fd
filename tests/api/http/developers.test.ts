import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../../api/auth/keys.ts';
import { textOf } from '../portal/browser.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { logIn, personWith } from '../test-people.ts';

/** What developers see of themselves, from events that came through the gateway. */

let api: TestApi;
let other: string;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
  await sendEvents();
  other = await createKey(api.services, { role: 'developer', name: 'another', developerId: 'dev_2' });
});
afterAll(() => api.close());

const SPLITS = [{ creator_id: 'cr_ada', share_bps: 10_000 }];
const NO_TAX = { tax_amount: '0' };
const DEV = { event_version: 1, developer_id: 'dev_1' };
const ASSET = { event_version: 1, creator_id: 'cr_ada', asset_id: 'asset_1' };
const TERMS = { ...ASSET, currency: 'USD', splits: SPLITS };
const FILE = { media_type: 'audio', asset_digest: '0'.repeat(64) };
const use = (use_id: string, units: string) => ({
  ...DEV,
  use_id,
  asset_id: 'asset_1',
  units,
  usage_right: 'ai-train',
});
const sale = (sale_id: string, amount: string) => ({
  ...{ ...DEV, ...NO_TAX, sale_id, asset_id: 'asset_1', amount, currency: 'USD', charge_id_stripe: `ch_${sale_id}` },
});
const refund = (refund_id: string, amount: string) => ({
  ...{ ...DEV, ...NO_TAX, refund_id, sale_id: 'sale_1', amount, currency: 'USD', refund_id_stripe: `re_${refund_id}` },
});
const receipt = (id: string, usage_right: string) => ({
  ...{ ...ASSET, consent_receipt_id: id, usage_right, consent_hash: 'a'.repeat(64) },
});

/** [event, user, time, properties], in the order in which they are sent. */
const EVENTS: readonly (readonly [string, string, string, object])[] = [
  [
    'Creator Signed Up',
    'cr_ada',
    '2026-01-01T00:00:00Z',
    { ...ASSET, creator_name: 'Ada', country: 'DE', asset_id: undefined },
  ],
  ['Developer Signed Up', 'dev_1', '2026-01-01T00:00:00Z', { ...DEV, developer_name: 'Models & Söhne', country: 'DE' }],
  ['Asset Uploaded', 'cr_ada', '2026-01-02T00:00:00Z', { ...ASSET, asset_title: 'Sea <of> Notes', ...FILE }],
  ['Consent Granted', 'cr_ada', '2026-01-02T00:00:00Z', receipt('consent_1', 'ai-train')],
  ['Consent Granted', 'cr_ada', '2026-01-02T00:00:00Z', receipt('consent_2', 'ai-input')],
  ['Consent Revoked', 'cr_ada', '2026-01-20T00:00:00Z', { ...ASSET, consent_receipt_id: 'consent_2' }],
  [
    'Asset Published',
    'cr_ada',
    '2026-01-02T00:00:00Z',
    { ...TERMS, terms_id: 'terms_1', license_type: 'one_time', rate: '12.50' },
  ],
  [
    'Asset Published',
    'cr_ada',
    '2026-01-02T00:00:00Z',
    { ...TERMS, terms_id: 'terms_2', license_type: 'metered', rate: '0.000000003' },
  ],
  [
    'Asset Published',
    'cr_ada',
    '2026-01-10T00:00:00Z',
    { ...TERMS, terms_id: 'terms_3', license_type: 'metered', rate: '0.5' },
  ],
  [
    'Asset Published',
    'cr_ada',
    '2026-01-25T00:00:00Z',
    { ...TERMS, terms_id: 'terms_4', license_type: 'one_time', rate: '99' },
  ],
  ['Asset Used', 'dev_1', '2026-01-05T10:00:00Z', use('use_1', '1.5')],
  ['Asset Used', 'dev_1', '2026-01-05T23:59:59Z', use('use_2', '2')],
  // Reported twice, the second time otherwise: the first counts.
  ['Asset Used', 'dev_1', '2026-01-05T23:59:59Z', use('use_2', '9')],
  ['Asset Used', 'dev_1', '2026-01-10T00:00:00Z', use('use_3', '3')],
  ['Asset Used', 'dev_1', '2026-01-10T01:00:00Z', { ...use('use_4', '1'), asset_id: 'asset_9' }],
  ['Asset Used', 'dev_2', '2026-01-05T10:00:00Z', { ...use('use_5', '1000'), developer_id: 'dev_2' }],
  ['License Purchased', 'dev_1', '2026-01-06T00:00:00Z', { ...sale('sale_1', '12.50'), license_id: 'lic_1' }],
  ['Subscription Started', 'dev_1', '2026-01-07T00:00:00Z', { ...sale('sale_2', '30.00'), subscription_id: 'sub_1' }],
  ['Subscription Renewed', 'dev_1', '2026-02-01T00:00:00Z', { ...sale('sale_3', '30.00'), subscription_id: 'sub_1' }],
  ['Subscription Cancelled', 'dev_1', '2026-02-01T01:00:00Z', { ...DEV, subscription_id: 'sub_1' }],
  ['License Refunded', 'dev_1', '2026-01-08T00:00:00Z', refund('ref_1', '2.50')],
  // Quarantined: not a number, and another developer's.
  ['Asset Used', 'dev_1', '2026-01-09T00:00:00Z', use('use_6', 'many')],
  ['Asset Used', 'dev_2', '2026-01-09T00:00:00Z', { ...use('use_7', 'many'), developer_id: 'dev_2' }],
  // A refund that failed is none.
  ['License Refunded', 'dev_1', '2026-01-08T01:00:00Z', refund('ref_2', '1.00')],
  ['Refund Failed', 'dev_1', '2026-01-09T01:00:00Z', { ...DEV, refund_id: 'ref_2', sale_id: 'sale_1' }],
];

async function sendEvents(): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from('wk_marketplace:').toString('base64')}` };
  const batch = EVENTS.map(([event, userId, timestamp, properties], index) => {
    const messageId = `event_${String(index).padStart(2, '0')}`;
    return { type: 'track', event, userId, messageId, timestamp, sentAt: timestamp, properties };
  });
  await api.app.inject({ method: 'POST', url: '/v1/batch', headers, payload: { batch } });
  const wait = { method: 'POST' as const, payload: { wait: true } };
  const loaded = await api.request('operator', '/v1/jobs/load-events/runs', wait);

  expect(loaded.json().outcome).toMatchObject({ accepted: EVENTS.length, quarantined: 2 });
}

const get = async (path: string) => {
  const response = await api.request('developer', path);
  expect([response.statusCode, response.body]).toEqual([200, expect.any(String)]);
  return response.json();
};

const lineOf = ({ spent_on, spend_kind, asset_id, currency, event_count, units, amount }: Record<string, unknown>) =>
  [spent_on, spend_kind, asset_id || '–', currency || '–', event_count, units ?? '–', amount ?? '–'].join(' ');

test('the spend of days is exact, by the terms of the time, and of one developer alone', async () => {
  const { data } = await get('/v1/developers/dev_1/spend?from=2026-01-01&until=2026-01-31');
  expect(data.map(lineOf)).toEqual([
    // 1.5 and 2 units at 0.000000003, each rounded half up to a billionth: 5 and 6.
    '2026-01-05 metered asset_1 USD 2 3.5 0.000000011',
    '2026-01-06 one_time asset_1 USD 1 – 12.5',
    '2026-01-07 subscription asset_1 USD 1 – 30',
    '2026-01-08 refund – USD 1 – -2.5',
    '2026-01-10 metered asset_1 USD 1 3 1.5',
    '2026-01-10 metered asset_9 – 1 1 –',
  ]);
  expect(data[0].asset_title).toBe('Sea <of> Notes');
  expect(data.at(-1)).toMatchObject({ unpriced_count: 1 });
  const sumsBy = async (by: string) =>
    (await get(`/v1/developers/dev_1/spend?from=2026-01-05&until=2026-01-07&by=${by}`)).data.map(
      ({ spent_on, spend_kind, asset_id, currency, amount }: Record<string, unknown>) =>
        [spent_on, spend_kind, asset_id, currency, amount].map((each) => each ?? '–').join(' '),
    );
  expect([await sumsBy('day'), await sumsBy('asset')]).toEqual([
    ['2026-01-05 – – USD 0.000000011', '2026-01-06 – – USD 12.5', '2026-01-07 – – USD 30'],
    ['– metered asset_1 USD 0.000000011', '– one_time asset_1 USD 12.5', '– subscription asset_1 USD 30'],
  ]);
  expect((await get('/v1/developers/dev_1/spend?from=2026-01-07&until=2026-01-07')).data).toHaveLength(1);
});

test('days that are too many, or in the wrong order, are refused', async () => {
  for (const [days, sentence] of [
    ['from=2026-01-01&until=2026-06-01', /more than 92 days; ask for fewer at once/],
    ['from=2026-01-02&until=2026-01-01', /is before the first one/],
  ] as const) {
    const response = await api.request('developer', `/v1/developers/dev_1/spend?${days}`);
    expect([response.statusCode, response.json().detail]).toEqual([400, expect.stringMatching(sentence)]);
  }
});

test('licences have the terms of when they were bought, their creator, what was paid and refunded, and consents', async () => {
  const first = await get('/v1/developers/dev_1/licences?limit=1');
  expect(first.data).toMatchObject([
    {
      ...{ license_id: 'sub_1', license_type: 'subscription', payment_count: 2, paid_amount: '60', terms_id: null },
      ...{ licensed_at: '2026-01-07T00:00:00.000Z', cancelled_at: '2026-02-01T01:00:00.000Z', refunded_amount: null },
    },
  ]);
  const next = await get(`/v1/developers/dev_1/licences?limit=1&cursor=${first.next_cursor}`);
  expect(next.next_cursor).toBe(null);
  expect(next.data).toMatchObject([
    {
      ...{ license_id: 'lic_1', asset_title: 'Sea <of> Notes', paid_amount: '12.5', refunded_amount: '2.5' },
      ...{ terms_id: 'terms_1', creator_id: 'cr_ada', creator_name: 'Ada' },
      consents: [
        { consent_receipt_id: 'consent_1', usage_right: 'ai-train', revoked_at: null },
        { consent_receipt_id: 'consent_2', revoked_at: '2026-01-20T00:00:00.000Z' },
      ],
    },
  ]);
});

describe('the event explorer', () => {
  const FEBRUARY = 'from=2026-02-02&until=2026-02-02';

  test('has what names the developer, with the reason of a quarantine, page by page', async () => {
    const all = await get(`/v1/developers/dev_1/events?${FEBRUARY}`);
    const named = EVENTS.filter(([, user]) => user === 'dev_1');
    expect(all.data).toHaveLength(named.length);
    const pages: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await get(`/v1/developers/dev_1/events?${FEBRUARY}&limit=4${cursor && `&cursor=${cursor}`}`);
      pages.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(pages).toEqual(all.data);

    const [quarantined, ...none] = (await get(`/v1/developers/dev_1/events?${FEBRUARY}&outcome=quarantined`)).data;
    expect(none).toEqual([]);
    expect(quarantined).toMatchObject({
      ...{ message_id: 'event_21', event: 'Asset Used', reason: expect.stringMatching(/units/) },
      ...{ occurred_at: '2026-01-09T00:00:00Z', sent_at: '2026-01-09T00:00:00Z' },
    });
    const uses = await get(`/v1/developers/dev_1/events?${FEBRUARY}&event=Asset%20Used&outcome=landed`);
    expect(uses.data).toHaveLength(5);
    expect((await get('/v1/developers/dev_1/events?from=2026-02-01&until=2026-02-01')).data).toEqual([]);
  });
});

test('another developer and a creator find nothing, and a developer nothing of others', async () => {
  const days = 'from=2026-01-01&until=2026-01-31';
  for (const path of ['', `/spend?${days}`, '/licences', `/events?${days}`]) {
    const url = `/v1/developers/dev_1${path}`;
    const foreign = await api.app.inject({ url, headers: { authorization: `Bearer ${other}` } });
    expect([path, foreign.statusCode]).toEqual([path, 404]);
    expect((await api.request('creator', url)).statusCode).toBe(403);
    expect((await api.request('analyst', url)).statusCode).toBe(403);
    expect((await api.request('finance', url)).statusCode).toBe(200);
  }
  expect((await api.request('finance', '/v1/developers/dev_none')).statusCode).toBe(404);
  expect(await get('/v1/developers/dev_1')).toMatchObject({ developer_name: 'Models & Söhne' });
  const agreements = '/v1/creators/cr_ada/self-billing-agreements';
  for (const path of ['/v1/creators/cr_ada', agreements, '/v1/statements', '/v1/periods/2026-01/invoices/status']) {
    expect([path, (await api.request('developer', path)).statusCode]).toEqual([path, 403]);
  }
});

test('a creator sees the licences that were sold, with the developer as it is known, and not those of others', async () => {
  const months = 'from=2026-01&until=2026-01';
  const sold = (await api.request('creator', `/v1/creators/cr_ada/licences?${months}`)).json();
  expect(sold.data).toMatchObject([
    {
      ...{ sale_id: 'sale_1', asset_title: 'Sea <of> Notes', developer_id: 'dev_1', developer_name: 'Models & Söhne' },
      royalty_amount: '10.000000001',
    },
  ]);
  expect((await api.request('creator', `/v1/creators/cr_ben/licences?${months}`)).statusCode).toBe(404);
});

describe('the pages', () => {
  test('of a developer show the same figures, and lead from the start page to all of them', async () => {
    const browser = await logIn(api, (await personWith(api, 'developer')).email);
    const home = await browser.request('/');
    expect(home.body).toContain('For Models &amp; Söhne');
    // Of January, the newest month of the books.
    expect(home.body).toContain('41.50 USD');
    expect(home.body).toContain('/v1/developers/dev_1/spend?from=2026-01-01&amp;until=2026-01-31');
    const shown = async (place: string) => {
      const { statusCode, body } = await browser.request(`/d/dev_1${place}`);
      expect([place, statusCode]).toEqual([place, 200]);
      return body;
    };
    const spend = await shown('/spend?from=2026-01-01&until=2026-01-31');
    expect(spend).toContain('0.000000011 USD');
    expect(spend).toContain('−2.50 USD');
    expect(spend).toContain('1 without a price yet');
    const text = textOf(spend);
    // By day and by asset, as the API has them, and the sum.
    expect(text).toContain(
      '5 Jan 2026 2 0.000000011 USD 6 Jan 2026 1 12.50 USD 7 Jan 2026 1 30.00 USD 8 Jan 2026 1 −2.50 USD 10 Jan 2026 1 1.50 USD Sum 6 41.50 USD',
    );
    expect(text).toContain('asset_1 metered use 3 6.5 1.50 USD');
    expect(textOf(await shown('/spend?from=2026-01-01&until=2026-01-31&lines=on'))).toContain('3.5 0.000000011 USD');
    const [, wide = ''] = spend.split('<svg class="wide"');
    expect(wide.split('</svg>')[0]?.match(/<path [^>]*><title>/g)).toHaveLength(31);
    const licences = textOf(await shown('/licences'));
    expect(licences).toMatch(
      /licence lic_1 , 6 Jan 2026, 00:00 UTC 12\.50 USD 2\.50 USD refunded Ada terms_1 training of models consent_1/i,
    );
    expect(licences).toMatch(/consent_2 revoked 20 Jan 2026/);
    expect(licences).toMatch(/subscription sub_1 .* 60\.00 USD/);
    const events = await shown('/events?outcome=quarantined');
    expect(events).toContain('event_21');
    expect(events).not.toContain('event_10');
    expect(await shown('/invoices')).toContain('There is no invoice yet');
    expect((await browser.request('/d/dev_2')).statusCode).toBe(404);
    expect((await browser.request('/c/cr_ada')).statusCode).toBe(403);
  });

  test('of many assets show the first, say how many there are, and lead to each day', async () => {
    await api.services.warehouse.transaction((writer) =>
      writer.query(
        `insert into raw.asset_used by name select 'm' || i as id, 'use_m' || i as use_id, 'asset_m' || i as asset_id, 'dev_1' as developer_id,
         '1' as units, timestamptz '2025-12-05' as timestamp, timestamptz '2025-12-06' as loaded_at from range(201) as counted(i)
         union all select 's', 'use_s', 'asset_1', 'dev_1', '2', timestamptz '2026-01-15', timestamptz '2026-01-15'`,
      ),
    );
    const browser = await logIn(api, (await personWith(api, 'developer')).email);
    const { body } = await browser.request('/d/dev_1/spend?from=2025-12-01&until=2026-01-31&lines=on');
    expect(body).toContain('The first 200 of 206.');
    expect(body).toContain('The first 200 of 208.');
    // By asset behind the three that have a price and asset_9, and by day.
    expect(body.match(/asset_m/g)).toHaveLength(196 + 200);
    expect(body).toContain('href="/d/dev_1/spend?from=2026-01-15&amp;until=2026-01-15"');
  });

  test('of a creator name the buyer', async () => {
    const browser = await logIn(api, (await personWith(api, 'creator')).email);
    const { body } = await browser.request('/c/cr_ada/licences');
    expect(body).toContain('Models &amp; Söhne');
    expect(body).toContain('10.000000001 USD');
  });
});
