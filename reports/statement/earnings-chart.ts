import { decimalToMinor, minorToDecimal } from '../../warehouse/money.ts';
import type { StatementDocument } from './document.ts';
import { languageOf } from './language.ts';

const SHOWN = 6;

/** One bar of the chart. `fill` is its length relative to the longest bar, above 0 and at most 1; for drawing only. */
export interface Bar {
  /** The asset; null for the bar that sums up all others. */
  readonly asset_id: string | null;
  readonly label: string;
  readonly amount: string;
  readonly fill: number;
}

/**
 * Earnings by asset as bars: the six assets that earned most, then all others as one bar. A seventh asset that would be the
 * only other one gets its own bar. Assets without earnings are left out; equal amounts are ordered by asset id.
 */
export function earningsChart(doc: StatementDocument): Bar[] {
  const minor = (text: string) => decimalToMinor(text, doc.currency);
  const earned = new Map<string, { asset_id: string | null; label: string; amount: bigint }>();
  for (const { kind, asset_id, asset_title, amount } of doc.lines) {
    if (kind !== 'earning' || asset_id === null) continue;
    const before = earned.get(asset_id)?.amount ?? 0n;
    earned.set(asset_id, { asset_id, label: asset_title, amount: before + minor(amount) });
  }
  const ranked = [...earned.entries()]
    .filter(([, { amount }]) => amount > 0n)
    .sort(([a, x], [b, y]) => (x.amount === y.amount ? (a < b ? -1 : 1) : x.amount > y.amount ? -1 : 1))
    .map(([, asset]) => asset);
  const bars = ranked.slice(0, ranked.length === SHOWN + 1 ? SHOWN + 1 : SHOWN);
  const others = ranked.slice(bars.length);
  if (others.length > 0) {
    const amount = others.reduce((sum, asset) => sum + asset.amount, 0n);
    bars.push({ asset_id: null, label: languageOf(doc.locale).say.chart.others(String(others.length)), amount });
  }
  const longest = bars.map(({ amount }) => amount).sort((a, b) => (a > b ? -1 : 1))[0] ?? 1n;
  return bars.map(({ asset_id, label, amount }) => ({
    asset_id,
    label,
    amount: minorToDecimal(amount, doc.currency),
    fill: Math.max(Number((amount * 10_000n) / longest), 1) / 10_000,
  }));
}
