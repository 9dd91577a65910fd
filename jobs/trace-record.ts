import { type BreakRow, whatHappened } from '../reports/finance/break-sentences.ts';
import { NotFound } from '../warehouse/errors.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { textList } from '../warehouse/text-list.ts';
import type { Services } from './job.ts';
import { type TracedPayout, tracedPayouts } from './trace-payouts.ts';

const QUERIES = readQueries(import.meta.url, 'trace-record.queries.sql', {
  linked_ids: ['ids'],
  events_of: ['ids'],
  postings_of: ['ids'],
  allocations_of: ['ids'],
  lines_of: ['ids', 'keys', 'balances'],
  objects_of: ['ids'],
  transactions_of: ['ids'],
  breaks_of: ['ids'],
});

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

export type TracedLine = Readonly<Record<'period' | 'creator_id' | 'currency' | 'line_kind' | 'line_id', string>> & {
  readonly revenue_event_count: bigint;
  readonly line_amount_minor: bigint;
};

export type TracedObject = Readonly<Record<'object_kind' | 'id_stripe' | 'flow_id' | 'currency', string>> &
  Readonly<Record<'status_stripe' | 'charge_id_stripe' | 'account_id_stripe', string | null>> & {
    readonly amount_minor: bigint;
  };

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
  Readonly<Record<'movement_class' | 'account' | 'description_stripe', string | null>> &
  Readonly<Record<'settled_minor' | 'fee_minor' | 'net_minor', bigint>>;

export type TracedBreak = Pick<BreakRow, 'period' | 'break_id' | 'break_class'> & { readonly what_happened: string };

/** All that is known of the money that an id belongs to, from the event to the payout and Stripe's balance. Each list is in order. */
export interface TracedRecord {
  readonly id: string;
  /** The ids that belong to the same money, without `id`. */
  readonly linked_ids: readonly string[];
  readonly events: readonly TracedEvent[];
  readonly postings: readonly TracedPosting[];
  readonly allocations: readonly TracedAllocation[];
  readonly statement_lines: readonly TracedLine[];
  readonly payouts: readonly TracedPayout[];
  readonly stripe_objects: readonly TracedObject[];
  readonly balance_transactions: readonly TracedTransaction[];
  readonly breaks: readonly TracedBreak[];
}

/** Links are followed until no id is new, but not further: a transfer's reversal is two steps from its payout. */
const STEPS = 8;
/** A charge of a large cart has many sales; what comes beyond is not followed. */
const MOST_IDS = 2_000;

/**
 * Follows an id through to both ends: that of a charge, sale, refund, dispute, payout, transfer, balance transaction, invoice, journal entry,
 * movement, statement or line of one, correction, event or break. Reads only. Throws `NotFound` if nothing has it.
 */
export async function traceRecord(
  services: Pick<Services, 'warehouse' | 'operational'>,
  id: string,
): Promise<TracedRecord> {
  const { warehouse } = services;
  const ids = await linkedTo(services, id);
  const list = textList([...ids]);
  const allocations = await warehouse.query<TracedAllocation>(...QUERIES.allocations_of(list));
  const paid = await tracedPayouts(services, { ids: [...ids], lines: [] });
  const statement_lines = await warehouse.query<TracedLine>(
    ...QUERIES.lines_of(
      textList([id]),
      textList(lineKeysOf(allocations)),
      textList(balancesOf([...paid, ...(await statementsOf(services, id))])),
    ),
  );
  const payouts = await tracedPayouts(services, { ids: [...ids], lines: statement_lines });
  const transfers = payouts.flatMap(({ log }) =>
    log.flatMap(({ transfer_id_stripe: each }) => (each === null ? [] : [each])),
  );
  const atStripe = textList([...new Set([...ids, ...transfers])]);
  const traced: TracedRecord = {
    id,
    linked_ids: [...ids].filter((each) => each !== id),
    events: await warehouse.query<TracedEvent>(...QUERIES.events_of(list)),
    postings: await warehouse.query<TracedPosting>(...QUERIES.postings_of(list)),
    ...{ allocations, statement_lines, payouts },
    stripe_objects: await warehouse.query<TracedObject>(...QUERIES.objects_of(atStripe)),
    balance_transactions: await warehouse.query<TracedTransaction>(...QUERIES.transactions_of(atStripe)),
    breaks: (await warehouse.query<BreakRow>(...QUERIES.breaks_of(atStripe))).map((row) => ({
      ...{ period: row.period, break_id: row.break_id, break_class: row.break_class, what_happened: whatHappened(row) },
    })),
  };
  if (isEmpty(traced)) {
    throw new NotFound(
      `Nothing has the id ${JSON.stringify(id)}: no event, journal entry, statement line, payout, record of Stripe's or break. If it is new, load the events and pull Stripe's records first.`,
    );
  }
  return traced;
}

async function linkedTo(
  { warehouse, operational }: Pick<Services, 'warehouse' | 'operational'>,
  id: string,
): Promise<ReadonlySet<string>> {
  const ids = new Set([id, ...(await payoutOfTransfer({ operational }, id))]);
  let fresh = [...ids];
  for (let step = 0; step < STEPS && fresh.length > 0 && ids.size < MOST_IDS; step++) {
    const found = await warehouse.query<{ to_id: string }>(...QUERIES.linked_ids(textList(fresh)));
    fresh = found.map(({ to_id }) => to_id).filter((each) => !ids.has(each));
    for (const each of fresh) ids.add(each);
  }
  return ids;
}

/** A transfer is known here before its event is recorded. */
async function payoutOfTransfer({ operational }: Pick<Services, 'operational'>, id: string): Promise<string[]> {
  const rows = await operational
    .selectFrom('payout_log')
    .select('payout_id')
    .where('transfer_id_stripe', '=', id)
    .execute();
  return rows.map(({ payout_id }) => payout_id);
}

/** The lines that the movements of sales are a part of. */
function lineKeysOf(allocations: readonly TracedAllocation[]): string[] {
  const keys = allocations.map(
    ({ period, creator_id, currency, movement_kind, movement_id, terms_id, earned_period, fee_bps }) => {
      const line = movement_id.startsWith('correction:')
        ? movement_id
        : `${movement_kind}:${terms_id}:${earned_period}:${fee_bps}`;
      return `${period}/${creator_id}/${currency}/${line}`;
    },
  );
  return [...new Set(keys)];
}

type Balance = Pick<TracedPayout, 'period' | 'creator_id' | 'currency'>;

/** The balance of a statement with this id. */
async function statementsOf({ operational }: Pick<Services, 'operational'>, id: string): Promise<Balance[]> {
  return operational
    .selectFrom('issued_statements')
    .select(['period', 'creator_id', 'currency'])
    .where('statement_id', '=', id)
    .execute();
}

const balancesOf = (balances: readonly Balance[]): string[] =>
  balances.map(({ period, creator_id, currency }) => `${period}/${creator_id}/${currency}`);

function isEmpty({ id: _, linked_ids, ...lists }: TracedRecord): boolean {
  return linked_ids.length === 0 && Object.values(lists).every((list) => list.length === 0);
}
