import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ShownCard, withZeroMonths } from '../../../api/portal/components/figures.ts';
import { CARDS } from '../../../reports/dashboards/cards.ts';
import { closes } from '../../../transforms/ledger/tables.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { browserOf } from './browser.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());

interface Shown {
  readonly from: string | null;
  readonly to: string | null;
  readonly currency: string | null;
  readonly cards: readonly { card: string; rows: readonly Record<string, string | null>[] }[];
}

const shownBy = async (path: string): Promise<Shown> => (await api.request('analyst', path)).json<Shown>();
const rowsOf = ({ cards }: Shown, name: string) => cards.find(({ card }) => card === name)?.rows;

describe('the API', () => {
  test('lists the dashboards for people; that of one creator is not among them', async () => {
    const { data } = (await api.request('finance', '/v1/dashboards')).json<{ data: { dashboard: string }[] }>();
    expect(data.map(({ dashboard }) => dashboard)).toEqual([
      ...['executive', 'creators', 'developers', 'finance', 'operations'],
    ]);
    expect((await api.request('finance', '/v1/dashboards/creator')).statusCode).toBe(404);
    expect((await api.request('creator', '/v1/dashboards/executive')).statusCode).toBe(403);
  });

  test('gives exact figures, of all months and the most used currency unless others are chosen', async () => {
    const shown = await shownBy('/v1/dashboards/executive');
    expect(shown).toMatchObject({ from: null, to: '2026-01', currency: 'USD', closed_period: null, seal: null });
    expect(rowsOf(shown, 'gross_revenue')).toEqual([{ period: '2026-01', currency: 'USD', metric_value: '25' }]);
    // All of it was refunded: of nothing there is no share.
    expect(rowsOf(shown, 'take_rate')).toEqual([]);
  });

  test('shows the months and the currency that are chosen', async () => {
    const shown = await shownBy('/v1/dashboards/executive?from=2026-02&to=2026-02');
    expect(rowsOf(shown, 'gross_revenue')?.map(({ period }) => period)).toEqual(['2026-02']);
    // 12.5 less 10.000000001, twice, of 25.
    expect(rowsOf(shown, 'take_rate')).toEqual([{ period: '2026-02', currency: 'USD', metric_value: '200000' }]);
    const inEuro = await shownBy('/v1/dashboards/executive?currency=EUR');
    expect(rowsOf(inEuro, 'gross_revenue')).toEqual([]);
    expect((await api.request('analyst', '/v1/dashboards/executive?currency=FOO')).statusCode).toBe(400);
  });
});

describe('a count by month', () => {
  const card: ShownCard = {
    ...({
      card: 'purchases',
      chart: 'bar',
      along: 'period',
      value: 'metric_value',
      unit: 'count',
      link: null,
    } as const),
    columns: ['period', 'metric_value'],
    rows: [
      { period: '2025-12', metric_value: '3' },
      { period: '2026-02', metric_value: '1' },
    ],
  };
  const numbers = (months: { from: string | null; to: string | null }, unit: 'count' | 'ppm' = 'count') =>
    withZeroMonths({ ...card, unit }, months).rows.map(({ period, metric_value }) => `${period} ${metric_value}`);

  test('is zero in the months without rows, of which a share is unknown', () => {
    expect(numbers({ from: null, to: null })).toEqual(['2025-12 3', '2026-01 0', '2026-02 1']);
    expect(numbers({ from: '2025-11', to: '2026-03' })).toEqual([
      ...['2025-11 0', '2025-12 3', '2026-01 0', '2026-02 1', '2026-03 0'],
    ]);
    expect(numbers({ from: null, to: null }, 'ppm')).toEqual(['2025-12 3', '2026-02 1']);
  });
});

describe('the pages', () => {
  test('show charts with their numbers, in the language of whoever looks', async () => {
    const ada = await browserOf(api, { name: 'Ada', role: 'analyst' });
    const page = await ada.get('/dashboards/executive', { language: 'de' });
    expect(page.body).toContain('Bruttoumsatz');
    expect(page.body).toContain('25,00 USD im Januar 2026');
    expect(page.body).toMatch(/<svg[^>]*aria-label="Bruttoumsatz"/);
    expect(page.body).toContain('Noch ist kein Monat abgeschlossen.');
    // An analyst may not open months, so nothing leads there.
    expect(page.body).not.toContain('href="/months');
  });

  test('say the latest closed month and its seal, as the API does', async () => {
    const { warehouse } = api.services;
    const [older, latest] = ['a'.repeat(64), 'b'.repeat(64)];
    const close = (period: string, next_period: string, seal: string): Row<typeof closes> => ({
      ...{ period, next_period, seal, cutoff_at: `${next_period}-02T04:00:00.000Z`, closed_by: 'schedule' },
      ...{ posting_count: 0n, format_version: 1n, rules_hash: 'c'.repeat(64), blinding_secret: 'd'.repeat(64) },
      previous_seal: null,
    });
    const closings = [close('2025-11', '2025-12', older), close('2025-10', '2025-11', older)];
    await warehouse.transaction((writer) => writer.append(closes, [close('2025-12', '2026-01', latest), ...closings]));
    try {
      const shown = await shownBy('/v1/dashboards/executive');
      expect(shown).toMatchObject({ closed_period: '2025-12', seal: latest });
      const eve = await browserOf(api, { name: 'Eve', role: 'analyst' });
      const { body } = await eve.get('/dashboards/executive', { language: 'en' });
      expect(body).toContain(`The books are closed up to December 2025; their seal: <code>${latest}</code>`);
      expect(body).not.toContain(older);
    } finally {
      await warehouse.transaction((writer) => writer.query('delete from ledger.closes'));
    }
  });

  test('say in German what is said in English', async () => {
    const { wordsOf } = await import('../../../api/portal/words.ts');
    const [en, de] = [wordsOf('en').dashboards, wordsOf('de').dashboards];
    expect(Object.keys(de.cards).toSorted()).toEqual([...CARDS.keys()].toSorted());
    for (const part of ['cards', 'dashboardsOf'] as const)
      expect(Object.keys(de[part]).toSorted()).toEqual(Object.keys(en[part]).toSorted());
    const columns = new Set([...CARDS.values()].flatMap((card) => card.columns.map(({ name }) => name)));
    expect([...columns].filter((name) => !Object.hasOwn(en.columns, name))).toEqual([]);
  });
});
