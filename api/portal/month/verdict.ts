import type { VNode } from 'preact';
import type { Verdict } from '../../../jobs/reconcile-stripe.ts';
import { RECONCILED } from '../../../reports/finance/break-sentences.ts';
import { stateLabel } from '../components/notice.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';

/** How the comparison with Stripe ended, in the language of the page, and why; a reason with counts and days is in English. */
export function verdictOf(
  { words }: Pick<PageRequest, 'words'>,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
): VNode {
  const label = stateLabel(verdict === 'reconciled' ? 'good' : 'warn', words.finance.verdicts[verdict]);
  return html`${label} ${reason === RECONCILED ? words.meanings.fixed.reconciled.meaning : html`<span lang="en">${reason}</span>`}`;
}
