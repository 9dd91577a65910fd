import type { BreakRow } from '../../reports/finance/break-sentences.ts';

export type TracedEvent = Readonly<
  Record<'event' | 'fact_kind' | 'fact_id' | 'message_id' | 'occurred_at' | 'recorded_at', string>
> &
  Readonly<Record<'source_id' | 'amount' | 'currency', string | null>>;

export type TracedPosting = Readonly<
  Record<
    | 'period'
    | 'journal_id'
    | 'journal_kind'
    | 'journal_on'
    | 'source_reference'
    | 'account'
    | 'account_owner_id'
    | 'currency'
    | 'posting_amount',
    string
  >
>;

export type TracedAllocation = Readonly<
  Record<
    | 'period'
    | 'movement_id'
    | 'movement_kind'
    | 'sale_id'
    | 'creator_id'
    | 'currency'
    | 'terms_id'
    | 'earned_period'
    | 'gross_amount'
    | 'royalty_amount',
    string
  >
> & { readonly fee_bps: bigint; readonly share_bps: bigint };

export type TracedLine = Readonly<
  Record<'period' | 'creator_id' | 'currency' | 'line_kind' | 'earned_period' | 'line_id' | 'units', string>
> &
  Readonly<Record<'license_type' | 'usage_journal_id', string | null>> &
  Readonly<Record<'revenue_event_count' | 'line_amount_minor', bigint>>;

export type TracedStatement = Readonly<
  Record<'statement_id' | 'period' | 'creator_id' | 'currency' | 'issued_at', string>
>;

/**
 * A payout of a creator's connected account to its bank, with a transfer that went into it: as Stripe says (`is_attributed`), or inferred from the times
 * where Stripe does not say it, of manual payouts and until it has attributed an automatic one.
 */
export type TracedBankPayout = Readonly<
  Record<'account_id_stripe' | 'id_stripe' | 'currency' | 'bank_result' | 'created_at' | 'arrives_at', string>
> &
  Readonly<Record<'creator_id' | 'transfer_id_stripe' | 'failure_code', string | null>> & {
    readonly amount_minor: bigint;
    readonly is_attributed: boolean;
  };

export type TracedObject = Readonly<Record<'object_kind' | 'id_stripe' | 'flow_id' | 'currency', string>> &
  Readonly<Record<'status_stripe' | 'charge_id_stripe' | 'account_id_stripe', string | null>> & {
    readonly amount_minor: bigint;
  };

/** `payout_id_stripe` is the automatic payout of the platform that carried it; null for a manual one, and until Stripe has said it. */
export type TracedTransaction = Readonly<
  Record<
    | 'id_stripe'
    | 'flow_id'
    | 'flow_kind'
    | 'cash_movement'
    | 'reporting_category'
    | 'balance_type'
    | 'settled_currency'
    | 'created_at'
    | 'available_at',
    string
  >
> &
  Readonly<Record<'movement_class' | 'account' | 'description_stripe' | 'payout_id_stripe', string | null>> &
  Readonly<Record<'settled_minor' | 'fee_minor' | 'net_minor', bigint>>;

export type TracedBreak = Pick<BreakRow, 'period' | 'break_id' | 'break_class'> & { readonly what_happened: string };
