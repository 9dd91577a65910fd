import type { TracedSource } from '../../jobs/trace/line-sources.ts';
import type { TracedPayout } from '../../jobs/trace/payout-chain.ts';
import type { TracedRecord } from '../../jobs/trace/trace-record.ts';
import type {
  TracedBankPayout,
  TracedEvent,
  TracedObject,
  TracedPosting,
  TracedTransaction,
} from '../../jobs/trace/traced-rows.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { shown } from './breaks.ts';

/** A thing that happened, with what belongs to it. */
interface Branch {
  /** What it is sorted by: an instant, or a day or month in the same form. */
  readonly at: string;
  readonly text: string;
  readonly leaves: readonly string[];
}

/** How many leaves of a branch, and how many branches, are shown; `--json` has all of them. */
const SHOWN = 60;

/** What was traced as a tree in the order of time, one line each. */
export function treeOf(traced: TracedRecord): string[] {
  const branches = [
    ...traced.events.map(eventBranch),
    ...objectBranches(traced),
    ...journalBranches(traced),
    ...lineBranches(traced),
    ...traced.payouts.map(payoutBranch),
    ...bankBranches(traced.bank_payouts),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const breaks = traced.breaks.map(({ period, break_id, break_class, what_happened }) => ({
    ...{ at: '', text: `BREAK ${break_id} of ${period}: ${break_class.replaceAll('_', ' ')}` },
    leaves: [what_happened],
  }));
  const more = Object.entries(traced.left_out).map(([list, count]) => ({
    ...{ at: '', text: `LEFT OUT ${countOf(count, 'row')} of ${list.replaceAll('_', ' ')}`, leaves: [] },
  }));
  const lines = [...cut(branches), ...breaks, ...more].flatMap(({ at, text, leaves }) => [
    `${at === '' ? '' : `${whenOf(at)}  `}${text}`,
    ...cut(leaves).map((leaf, index, all) => `  ${index === all.length - 1 ? '└' : '├'} ${leaf}`),
  ]);
  return [...severalThings(traced), ...lines];
}

/** What says that different things have the same id. */
function severalThings({ id, things_with_id: things }: TracedRecord): string[] {
  if (things.length < 2) return [];
  return [`NOTE ${things.length} things have the id ${id}, and all are below: ${things.join(', ')}`];
}

/** After every day of a month. */
const MONTH_END = '-99';

const whenOf = (at: string): string => at.replace(MONTH_END, '').slice(0, 19).replace('T', ' ');

function cut<T extends Branch | string>(items: readonly T[]): T[] {
  const more = items.length - SHOWN;
  if (more <= 0) return [...items];
  const rest = `… ${more} more, which --json lists`;
  const last = typeof items[0] === 'string' ? rest : { at: '', text: rest, leaves: [] };
  return [...items.slice(0, SHOWN), last as T];
}

function eventBranch({ event, fact_kind, fact_id, message_id, source_id, ...more }: TracedEvent): Branch {
  const amount = more.amount === null ? '' : `, ${more.amount} ${more.currency}`;
  const source = source_id === null ? 'an unknown source' : `the source ${source_id}`;
  return {
    ...{ at: more.occurred_at, text: `event ${event}: ${fact_kind} ${fact_id}${amount}` },
    leaves: [`message ${message_id} from ${source}, recorded at ${more.recorded_at}`],
  };
}

/** Stripe's objects with their balance transactions; a balance transaction whose object was not read stands alone. */
function objectBranches({ stripe_objects, balance_transactions }: TracedRecord): Branch[] {
  const flows = Map.groupBy(balance_transactions, ({ flow_id }) => flow_id);
  const known = new Set(stripe_objects.map(({ flow_id }) => flow_id));
  const objects = Map.groupBy(stripe_objects, ({ flow_id }) => flow_id);
  const branches = [...objects].map(([flow_id, parts]): Branch => {
    const rows = flows.get(flow_id) ?? [];
    const [first, ...others] = parts.toSorted(
      (a, b) => Number(b.id_stripe === flow_id) - Number(a.id_stripe === flow_id),
    );
    return {
      ...{ at: rows[0]?.created_at ?? '', text: `Stripe: ${first ? objectText(first) : flow_id}` },
      leaves: [...others.map(objectText), ...rows.map(transactionText)],
    };
  });
  const alone = balance_transactions.filter(({ flow_id }) => !known.has(flow_id));
  return [
    ...branches,
    ...alone.map((row) => ({ at: row.created_at, text: `Stripe: ${transactionText(row)}`, leaves: [] })),
  ];
}

function objectText({
  object_kind,
  id_stripe,
  amount_minor,
  currency,
  status_stripe,
  account_id_stripe,
}: TracedObject): string {
  return [
    `${object_kind.replaceAll('_', ' ')} ${id_stripe}`,
    shown(amount_minor, currency),
    ...(status_stripe === null ? [] : [status_stripe]),
    ...(account_id_stripe === null ? [] : [`account ${account_id_stripe}`]),
  ].join(', ');
}

function transactionText(row: TracedTransaction): string {
  const { id_stripe, reporting_category, settled_minor, settled_currency: currency, fee_minor, net_minor } = row;
  const means =
    row.movement_class === null ? 'of an unknown kind' : `${reporting_category}, posted against ${row.account}`;
  const carried = row.payout_id_stripe === null ? '' : `; paid out to our bank by ${row.payout_id_stripe}`;
  return `balance transaction ${id_stripe} of ${row.created_at.slice(0, 10)}: ${shown(settled_minor, currency)}, fee ${shown(fee_minor, currency)}, net ${shown(net_minor, currency)} (${means}; balance ${row.balance_type}${carried})`;
}

/** Journal entries with their postings, and below them what each creator got. */
function journalBranches({ postings, allocations }: TracedRecord): Branch[] {
  const journals = Map.groupBy(postings, ({ period, journal_id }) => JSON.stringify([period, journal_id]));
  return [...journals.values()].map((rows): Branch => {
    const [{ period, journal_id, journal_kind, journal_on }] = rows as [TracedPosting];
    const shares = allocations.filter((each) => each.period === period && each.movement_id === journal_id);
    return {
      ...{
        at: journal_on,
        text: `books of ${period}: journal entry ${journal_id} (${journal_kind.replaceAll('_', ' ')})`,
      },
      leaves: [
        ...rows.map(postingText),
        ...shares.map(
          ({ creator_id, royalty_amount, gross_amount, currency }) =>
            `${creator_id} gets ${royalty_amount} of ${gross_amount} ${currency}`,
        ),
      ],
    };
  });
}

function postingText({ account, account_owner_id, posting_amount, currency }: TracedPosting): string {
  const isCredit = posting_amount.startsWith('-');
  return `${isCredit ? 'credit' : 'debit'} ${account} of ${account_owner_id}: ${isCredit ? posting_amount.slice(1) : posting_amount} ${currency}`;
}

/** At the end of their month. */
function lineBranches({ statement_lines, statements, sources }: TracedRecord): Branch[] {
  const nameOf = ({ period, creator_id, currency }: { period: string; creator_id: string; currency: string }) =>
    `${period}: ${creator_id} in ${currency}`;
  const ids = new Map(statements.map((each) => [nameOf(each), each.statement_id]));
  return [...Map.groupBy(statement_lines, nameOf)].map(([name, lines]) => ({
    ...{ at: `${name.slice(0, 7)}${MONTH_END}`, text: [`statement of ${name}`, ids.get(name) ?? []].flat().join(', ') },
    leaves: lines.flatMap(({ period, line_id, line_amount_minor, revenue_event_count, currency }) => [
      `line ${line_id}: ${shown(line_amount_minor, currency)} from ${countOf(revenue_event_count, 'event')}`,
      ...sources.filter((each) => each.period === period && each.line_id === line_id).flatMap(sourceTexts),
    ]),
  }));
}

/** What is behind a line, below it. */
function sourceTexts({ digest, first_event_ids, charge_ids_stripe, left_out_count }: TracedSource): string[] {
  const more = left_out_count > 0 ? ` and ${left_out_count} more` : '';
  return [
    ...(first_event_ids.length > 0 ? [`  from ${first_event_ids.join(' ')}${more}`] : []),
    ...(charge_ids_stripe.length > 0 ? [`  paid by ${charge_ids_stripe.join(' ')}`] : []),
    digest === null ? '  other events, or too many: trace PERIOD LINE finds them' : `  digest ${digest}`,
  ];
}

/** A bank payout with the transfers that went into it. */
function bankBranches(payouts: readonly TracedBankPayout[]): Branch[] {
  const each = Map.groupBy(payouts, ({ account_id_stripe, id_stripe }) =>
    JSON.stringify([account_id_stripe, id_stripe]),
  );
  return [...each.values()].map((rows): Branch => {
    const [{ id_stripe, account_id_stripe, amount_minor, currency, bank_result, failure_code, created_at }] = rows as [
      TracedBankPayout,
    ];
    const result = [bank_result.replaceAll('_', ' '), ...(failure_code === null ? [] : [failure_code])].join(', ');
    return {
      ...{
        at: created_at,
        text: `bank payout ${id_stripe} of ${account_id_stripe}: ${shown(amount_minor, currency)}, ${result}`,
      },
      leaves: rows.flatMap(({ transfer_id_stripe: id, is_attributed }) =>
        id === null ? [] : [`from the transfer ${id}${is_attributed ? '' : ', by its time: Stripe does not say it'}`],
      ),
    };
  });
}

function payoutBranch({ log, ...payout }: TracedPayout): Branch {
  const { payout_id, creator_id, currency, amount_minor, reason, batch_id } = payout;
  const approved =
    payout.approved_at === null ? 'not approved' : `approved by ${payout.approved_by} at ${payout.approved_at}`;
  const what = reason === 'payable' ? shown(amount_minor, currency) : `not paid, ${reason.replaceAll('_', ' ')}`;
  return {
    ...{ at: payout.planned_at, text: `payout ${payout_id} to ${creator_id}: ${what} (batch ${batch_id})` },
    leaves: [
      `planned by ${payout.planned_by}, ${approved}`,
      ...log.map(({ state, logged_at, transfer_id_stripe, reason: why }) =>
        [`${state.replaceAll('_', ' ')} at ${logged_at}`, transfer_id_stripe && `transfer ${transfer_id_stripe}`, why]
          .filter(Boolean)
          .join(', '),
      ),
    ],
  };
}
