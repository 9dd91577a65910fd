import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { grid } from '../../../api/portal/components/grid.ts';
import { verdictOf } from '../../../api/portal/month/verdict.ts';
import { wordsOf } from '../../../api/portal/words.ts';

test('a table of more than three columns shows each row as a list on a phone, others if they hold sentences', () => {
  const isList = (count: number, isStacked?: boolean) => {
    const columns = Array.from({ length: count }, (_, at) => ({ label: `column ${at}`, cell: (row: string) => row }));
    const options = isStacked === undefined ? {} : { isStacked };
    return renderToString(grid({ caption: 'Payouts', none: '', rows: ['a'], columns, ...options })).includes('stacked');
  };
  expect([isList(3), isList(4), isList(3, true), isList(4, false)]).toEqual([false, true, true, false]);
});

test('a German page says how a comparison ended before it quotes the reason', () => {
  const said = renderToString(
    verdictOf({ words: wordsOf('de') }, { verdict: 'reconciled', reason: 'Stripe has no others.' }),
  );
  expect(said).toContain(`${wordsOf('de').finance.verdicts.reconciled}</span> <span lang="en">Stripe has no others.`);
});
