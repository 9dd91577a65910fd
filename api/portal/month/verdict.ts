import type { VNode } from 'preact';
import type { Verdict } from '../../../jobs/reconcile-stripe.ts';
import { stateLabel } from '../components/notice.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';

/** How the comparison with Stripe ended, in the language of the page, and why. */
export const verdictOf = (
  { words }: Pick<PageRequest, 'words'>,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
): VNode =>
  html`${stateLabel(verdict === 'reconciled' ? 'good' : 'warn', words.finance.verdicts[verdict])} <span lang="en">${reason}</span>`;
