import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { grid } from '../../../api/portal/components/grid.ts';
import { exceptionMeaning, meaningOf } from '../../../api/portal/components/meaning.ts';
import { html } from '../../../api/portal/markup.ts';
import { verdictOf } from '../../../api/portal/month/verdict.ts';
import type { Curable } from '../../../api/portal/words/meanings/en.ts';
import { type Words, wordsOf } from '../../../api/portal/words.ts';
import { cureOf, RECONCILED } from '../../../reports/finance/break-sentences.ts';

test('a table of more than three columns shows each row as a list on a phone, others if they hold sentences', () => {
  const isList = (count: number, isStacked?: boolean) => {
    const columns = Array.from({ length: count }, (_, at) => ({ label: `column ${at}`, cell: (row: string) => row }));
    const options = isStacked === undefined ? {} : { isStacked };
    return renderToString(grid({ caption: 'Payouts', none: '', rows: ['a'], columns, ...options })).includes('stacked');
  };
  expect([isList(3), isList(4), isList(3, true), isList(4, false)]).toEqual([false, true, true, false]);
});

const DE = { words: wordsOf('de'), locale: 'de' } as const;

test('a German page says how a comparison ended before it quotes a reason with counts', () => {
  const said = (reason: string): string => renderToString(verdictOf(DE, { verdict: 'reconciled', reason }));
  const { reconciled } = DE.words.finance.verdicts;
  expect(said('Stripe has no others.')).toContain(`${reconciled}</span> <span lang="en">Stripe has no others.`);
  expect(said(RECONCILED)).toContain(`${reconciled}</span> Jede Bewegung in unseren Büchern`);
  expect(said(RECONCILED)).not.toContain('lang=');
});

test('a German page says what a code means, and quotes in English only what is of the one case', () => {
  const { meanings } = DE.words;
  const english = 'In the quarantine: 2 events.';
  const quarantined = { exception_reason: 'event_quarantined', meaning: english };
  const transfer = { break_class: 'missing_in_ledger', flow_kind: 'transfer', cash_movement: 'transfer' };
  const shown = [
    [exceptionMeaning(DE, quarantined), `${meanings.exceptions.event_quarantined.meaning} <span lang="en">${english}`],
    [exceptionMeaning({ words: wordsOf('en'), locale: 'en' }, quarantined), english],
    [cureOf(transfer, meanings), meanings.ownCures.unknown_transfer.cure],
    [cureOf({ ...transfer, flow_kind: 'refund' }, meanings), meanings.breaks.missing_in_ledger.cure],
    [meaningOf(meanings.disabled, { code: 'listed', english: null }), meanings.disabled.listed.meaning],
    [meaningOf(meanings.disabled, { code: 'new', english: 'Stripe says new.' }), '<span lang="en">Stripe says new.'],
    [meaningOf(meanings.unpaid, { code: 'toString', english: null }), '<span lang="en">toString'],
  ] as const;
  for (const [said, expected] of shown)
    expect(renderToString(html`${said}`)).toMatch(new RegExp(`^${RegExp.escape(expected)}(</span>)?$`));
});

/** The sentences of each code, by its kind and name. */
const sentencesOf = (meanings: Words['meanings']): Map<string, readonly string[]> =>
  new Map(
    Object.entries(meanings).flatMap(([kind, codes]) =>
      Object.entries<Partial<Curable>>(codes).map(
        ([code, { meaning = [], cure = [] }]) => [`${kind} ${code}`, [meaning, cure].flat()] as const,
      ),
    ),
  );

test('no German sentence of a code is the English one, and both name the same settings and code', () => {
  const named = (text: string): string[] => (text.match(/\b[A-Z]+_[A-Z_]+\b|`[^`]+`/g) ?? []).toSorted();
  const german = sentencesOf(DE.words.meanings);
  for (const [code, english] of sentencesOf(wordsOf('en').meanings)) {
    const said = german.get(code) ?? [];
    expect(said.map(named), code).toEqual(english.map(named));
    expect(
      said.filter((sentence) => english.includes(sentence) || !sentence.endsWith('.')),
      code,
    ).toEqual([]);
  }
});
