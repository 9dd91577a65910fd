import { describe, expect, it } from 'vitest';
import { earningsChart } from '../../../reports/statement/earnings-chart.ts';
import { type LineRecipe, statement } from './document.ts';

/** `a 500` is 5.00 earned by asset a; `a -100 refund` is a refund. One line of text each. */
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

describe('the chart of earnings', () => {
  it('adds up what one asset earned, leaves out refunds, and puts the most first', () => {
    expect(chart('a 100\nb 400\na 100\nb -300 refund')).toEqual(['b Title b 4.00 1', 'a Title a 2.00 0.5']);
  });

  it('orders equals by id, whatever the order of the lines', () => {
    expect(chart('c 100\na 100\nb 100')).toEqual(chart('b 100\nc 100\na 100'));
  });

  it('shows seven assets as they are', () => {
    expect(chart('a 70\nb 60\nc 50\nd 40\ne 30\nf 20\ng 10')).toHaveLength(7);
  });

  it('adds up all beyond six from eight on, also where that is the longest bar', () => {
    const bars = chart('a 80\nb 70\nc 60\nd 50\ne 50\nf 50\ng 50\nh 50');
    expect(bars).toHaveLength(7);
    expect(bars[0]).toBe('a Title a 0.80 0.8');
    expect(bars[6]).toBe('null 2 others 1.00 1');
  });

  it('shows nothing where nothing was earned', () => {
    expect(chart('a 0\na -100 refund')).toEqual([]);
  });

  it('keeps the least bar visible', () => {
    expect(chart('a 1000000000\nb 1')).toEqual(['a Title a 10000000.00 1', 'b Title b 0.01 0.0001']);
  });
});
