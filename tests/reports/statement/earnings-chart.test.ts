import { describe, expect, it } from 'vitest';
import { earningsChart } from '../../../reports/statement/earnings-chart.ts';
import { type LineRecipe, statement } from './document.ts';

/** The chart of lines such as `a 500` (asset a earned 5.00) and `a -100 refund`, one per line of text. */
function chart(text: string): string[] {
  const lines = text
    .trim()
    .split('\n')
    .map((line): LineRecipe => {
      const [asset = '', minor = '', kind] = line.trim().split(' ');
      return { asset, title: `Title ${asset}`, minor: BigInt(minor), kind: kind === 'refund' ? 'refund' : 'earning' };
    });
  return earningsChart(statement({ lines })).map(
    ({ asset_id, label, amount, fill }) => `${asset_id} ${label} ${amount} ${fill}`,
  );
}

describe('the earnings chart', () => {
  it('sums earnings by asset, without refunds, largest first', () => {
    expect(chart('a 100\nb 400\na 100\nb -300 refund')).toEqual(['b Title b 4.00 1', 'a Title a 2.00 0.5']);
  });

  it('orders equal amounts by asset id, whatever the order of the lines', () => {
    expect(chart('c 100\na 100\nb 100')).toEqual(chart('b 100\nc 100\na 100'));
  });

  it('shows seven assets with a bar each', () => {
    expect(chart('a 70\nb 60\nc 50\nd 40\ne 30\nf 20\ng 10')).toHaveLength(7);
  });

  it('shows eight or more assets as the six largest and one bar for the others, even if that is the longest', () => {
    const bars = chart('a 80\nb 70\nc 60\nd 50\ne 50\nf 50\ng 50\nh 50');
    expect(bars).toHaveLength(7);
    expect(bars[0]).toBe('a Title a 0.80 0.8');
    expect(bars[6]).toBe('null 2 others 1.00 1');
  });

  it('is empty without earnings', () => {
    expect(chart('a 0\na -100 refund')).toEqual([]);
  });

  it('keeps the smallest bar visible', () => {
    expect(chart('a 1000000000\nb 1')).toEqual(['a Title a 10000000.00 1', 'b Title b 0.01 0.0001']);
  });
});
