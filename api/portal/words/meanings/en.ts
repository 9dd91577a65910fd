import { DISABLED_REASONS, type DisabledReason } from '../../../../jobs/payout-accounts/disabled-reasons.ts';
import { UNPAID_REASONS, type UnpaidReason } from '../../../../jobs/payouts/stop-reasons.ts';
import { OWN_CURES, type OwnCure, RECONCILED } from '../../../../reports/finance/break-sentences.ts';
import { INVOICE_WORDS } from '../../../../reports/invoice/words.ts';
import { NOTICE as TAX_NOTICE } from '../../../../reports/tax/words.ts';
import { EXCEPTION_REASONS, type ExceptionReason } from '../../../../warehouse/vocabulary/exceptions.ts';
import { BREAK_CLASSES, type BreakClassName } from '../../../../warehouse/vocabulary/reconciliation.ts';

/** What a code means, in one sentence or a few. */
export interface Meaning {
  readonly meaning: string;
}

/** The same, and what to do; what stands between backticks is code. */
export interface Curable extends Meaning {
  readonly cure: string;
}

/**
 * What the codes of the software mean. The English sentences are those of the API; a code without a sentence in another language is an error
 * of types.
 */
export interface Meanings {
  readonly unpaid: Readonly<Record<UnpaidReason, Meaning>>;
  readonly exceptions: Readonly<Record<ExceptionReason, Curable>>;
  readonly breaks: Readonly<Record<BreakClassName, Curable>>;
  /** Of breaks that need something else than others of their class. */
  readonly ownCures: Readonly<Record<OwnCure, Pick<Curable, 'cure'>>>;
  /** Why Stripe has restricted an account, by its codes. */
  readonly disabled: Readonly<Record<DisabledReason, Meaning>>;
  /** Sentences of the API that are always the same: a complete comparison without a break, and what tax files and invoices are not. */
  readonly fixed: Readonly<Record<'reconciled' | 'taxNotice' | 'invoiceNotice', Meaning>>;
}

export const meanings: Meanings = {
  unpaid: UNPAID_REASONS,
  exceptions: EXCEPTION_REASONS,
  breaks: BREAK_CLASSES,
  ownCures: OWN_CURES,
  disabled: DISABLED_REASONS,
  fixed: {
    reconciled: { meaning: RECONCILED },
    taxNotice: { meaning: TAX_NOTICE },
    invoiceNotice: { meaning: INVOICE_WORDS.en.notice },
  },
};
