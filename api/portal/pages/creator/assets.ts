import type { VNode } from 'preact';
import { languageOf } from '../../../../reports/statement/language.ts';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { periodOf } from '../../../../warehouse/period.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { dataTable } from '../../components/data-table.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

interface Terms {
  readonly license_type: string | null;
  readonly rate: string | null;
  readonly currency: string | null;
  readonly valid_from_at: string;
  readonly share_bps: number | null;
  readonly holder_count: number | null;
}

interface Asset {
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly terms: readonly Terms[];
}

interface AssetEarnings {
  readonly currency: string;
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly earned_amount: string;
  readonly changed_amount: string;
  readonly royalty_amount: string;
}

interface Waiting {
  readonly fact_kind: string;
  readonly exception_reason: string;
  readonly fact_count: number;
  readonly suspended_amount: string | null;
  readonly currency: string | null;
  readonly asset_id: string | null;
  readonly asset_title: string | null;
  readonly first_occurred_at: string;
}

/** The assets of a creator with their terms in plain words, what each earned in twelve months, and what waits. */
export const creatorAssets = creatorPage({
  path: '/assets',
  async show(request) {
    const { api, creator, words, services } = request;
    const { assets: texts, exceptions } = words.creator;
    const id = encodeURIComponent(creator.creator_id);
    const until = periodOf(services.clock.now());
    const from = `${Number(until.slice(0, 4)) - 1}${until.slice(4)}`;
    const { data: assets } = await api.get<{ data: Asset[] }>(`/creators/${id}/assets`);
    const { data: earned } = await api.get<{ data: AssetEarnings[] }>(
      `/creators/${id}/earnings?${new URLSearchParams({ from, until })}`,
    );
    const { data: waiting } = await api.get<{ data: Waiting[] }>(`/creators/${id}/exceptions`);
    const body = html`${assets.length === 0 ? html`<p>${texts.none}</p>` : termsTable(request, assets)}
      <h2>${texts.byAsset}</h2>
      ${earned.length === 0 ? html`<p>${texts.noEarnings}</p>` : earningsTable(request, { earned, from, until })}
      <h2 id="waiting">${exceptions.title}</h2>
      ${waiting.length === 0 ? html`<p>${exceptions.none}</p>` : waitingTable(request, waiting)}`;
    return { title: texts.title, body };
  },
});

const titled = (id: string, title: string | null): VNode =>
  html`${title ?? id}${title !== null && html`<div class="soft"><code>${id}</code></div>`}`;

function termsTable({ words, locale }: CreatorRequest, assets: readonly Asset[]): VNode {
  const { assets: texts, asset } = words.creator;
  const { licenses } = languageOf(locale).say.lines;
  const { amount, dateTime, count } = formats(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const priceOf = ({ license_type, rate, currency }: Terms): string => {
    if (rate === null || currency === null) return texts.noRate;
    const price = amount(rate, currency);
    const say = texts.units[license_type as keyof typeof texts.units] as ((sum: string) => string) | undefined;
    return say?.(price) ?? price;
  };
  const shareOf = ({ share_bps, holder_count }: Terms): string => {
    if (share_bps === null) return texts.noShare;
    if (holder_count === 1) return texts.whole;
    return texts.shared(percent.format(share_bps / 10_000), count(holder_count ?? 0));
  };
  const licenseOf = ({ license_type }: Terms): string =>
    licenses[license_type as keyof typeof licenses] ?? license_type ?? '–';
  return dataTable({
    ...{ caption: texts.explain, isStacked: true },
    columns: [asset, texts.license, texts.rate, texts.share, texts.since].map((label) => ({ label })),
    rows: assets.flatMap(({ asset_id, asset_title, terms }) =>
      terms.length === 0
        ? [[titled(asset_id, asset_title), texts.noTerms, '', '', '']]
        : terms.map((each) => [
            titled(asset_id, asset_title),
            licenseOf(each),
            priceOf(each),
            shareOf(each),
            dateTime(each.valid_from_at),
          ]),
    ),
  });
}

interface Earned {
  readonly earned: readonly AssetEarnings[];
  readonly from: string;
  readonly until: string;
}

function earningsTable({ words, locale }: CreatorRequest, { earned, from, until }: Earned): VNode {
  const { assets: texts, overview, asset } = words.creator;
  const { amount, period } = formats(locale);
  const byAsset = [...Map.groupBy(earned, ({ asset_id, currency }) => JSON.stringify([asset_id, currency])).values()];
  const sumOf = (rows: readonly AssetEarnings[], of: 'earned_amount' | 'changed_amount' | 'royalty_amount'): bigint =>
    rows.reduce((sum, row) => sum + parseDecimal(row[of]), 0n);
  const sorted = byAsset.toSorted((a, b) => {
    const [first, second] = [sumOf(a, 'royalty_amount'), sumOf(b, 'royalty_amount')];
    return first === second ? 0 : first > second ? -1 : 1;
  });
  return dataTable({
    caption: texts.byAssetCaption(period(from), period(until)),
    columns: [
      { label: asset },
      ...[overview.earned, `${overview.refunds}, ${overview.adjustments}`, overview.net].map((label) => ({
        label,
        isNumber: true,
      })),
    ],
    rows: sorted.flatMap((rows) => {
      const [first] = rows;
      if (first === undefined) return [];
      const money = (of: Parameters<typeof sumOf>[1]): string => amount(decimalOf(sumOf(rows, of)), first.currency);
      return [
        [
          titled(first.asset_id, first.asset_title),
          money('earned_amount'),
          money('changed_amount'),
          money('royalty_amount'),
        ],
      ];
    }),
  });
}

function waitingTable({ words, locale }: CreatorRequest, waiting: readonly Waiting[]): VNode {
  const { exceptions: texts, asset, amount: label } = words.creator;
  const { amount, dateTime, count } = formats(locale);
  return dataTable({
    ...{ caption: texts.caption, isStacked: true },
    columns: [
      { label: asset },
      { label: texts.what },
      { label: texts.count, isNumber: true },
      { label, isNumber: true },
      { label: texts.why },
      { label: texts.since },
    ],
    rows: waiting.map((each) => [
      each.asset_id === null ? '–' : titled(each.asset_id, each.asset_title),
      texts.kinds[each.fact_kind] ?? each.fact_kind,
      count(each.fact_count),
      each.suspended_amount === null || each.currency === null ? '–' : amount(each.suspended_amount, each.currency),
      texts.reasons[each.exception_reason] ?? texts.other,
      dateTime(each.first_occurred_at),
    ]),
  });
}
