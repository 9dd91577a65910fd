import { type BreakRow, whatHappened } from '../../reports/finance/break-sentences.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { Services } from '../job.ts';
import { sourcesOf, type TracedSource } from './line-sources.ts';
import { LinkedIds } from './linked-ids.ts';
import { type Balance, keyOf, PayoutChain, type TracedPayout } from './payout-chain.ts';
import { ReportedEvents } from './reported-events.ts';
import { thingsWithId } from './things-with-id.ts';
import type {
  TracedAllocation,
  TracedBankPayout,
  TracedBreak,
  TracedEvent,
  TracedLine,
  TracedObject,
  TracedPosting,
  TracedStatement,
  TracedTransaction,
} from './traced-rows.ts';

const QUERIES = readQueries(import.meta.url, 'trace-record.queries.sql', {
  postings_of: ['ids'],
  allocations_of: ['ids'],
  lines_of: ['ids', 'keys', 'balances'],
  recorded_balances_of: ['ids'],
  bank_payouts_of: ['ids'],
  objects_of: ['ids'],
  transactions_of: ['ids'],
  breaks_of: ['ids'],
});

/** All that is known of the money that an id belongs to, from the event to the payout and Stripe's balance. Each list is in order. */
export interface TracedRecord {
  readonly id: string;
  /** What has this id, in words: `charge at Stripe`. Several things where two systems have given the same id: all of them are below. */
  readonly things_with_id: readonly string[];
  /** The ids that belong to the same money, without `id`. */
  readonly linked_ids: readonly string[];
  readonly events: readonly TracedEvent[];
  readonly postings: readonly TracedPosting[];
  readonly allocations: readonly TracedAllocation[];
  readonly statement_lines: readonly TracedLine[];
  /** What is behind the lines of an id that is a line's, a statement's, or of what pays it. */
  readonly sources: readonly TracedSource[];
  readonly statements: readonly TracedStatement[];
  readonly payouts: readonly TracedPayout[];
  readonly stripe_objects: readonly TracedObject[];
  readonly balance_transactions: readonly TracedTransaction[];
  readonly bank_payouts: readonly TracedBankPayout[];
  readonly breaks: readonly TracedBreak[];
  /** How many more there are of a list, by its name; only of those that were cut. */
  readonly left_out: Readonly<Record<string, number>>;
}

/** The rows of a list. */
const MOST_ROWS = 1_000;

type Stores = Pick<Services, 'warehouse' | 'operational'>;

/**
 * Follows an id through to both ends: that of a charge, sale, use, refund, dispute, payout, transfer or its reversal, payout of a connected account to its
 * bank, balance transaction, invoice, journal entry, movement, statement or line of one, correction, event or break. Reads only. Throws `NotFound` if
 * nothing has it.
 */
export async function traceRecord(services: Stores, id: string): Promise<TracedRecord> {
  const { warehouse } = services;
  const { links, events, paidOut } = await linksOf(services, id);
  const allocations = await warehouse.query<TracedAllocation>(...QUERIES.allocations_of(textList(links.all)));
  links.add(allocations.map(({ movement_id }) => movement_id));
  const list = textList(links.all);
  const postings = await warehouse.query<TracedPosting>(...QUERIES.postings_of(list));
  const { lines, earned, ...paid } = await balancesOf(services, { id, links, allocations, postings });
  const transfers = paid.payouts.flatMap(({ log }) =>
    log.flatMap(({ transfer_id_stripe: each }) => (each === null ? [] : [each])),
  );
  const { sources, leftOut } = await sourcesOf({ warehouse, links }, earned);
  const found = await recordsOf(warehouse, { ids: [...new Set([...links.all, ...transfers])], paidOut });
  const { cut, left_out } = cutter({ linked_ids: links.leftOut, sources: leftOut });
  const traced = {
    id,
    things_with_id: thingsWithId({ id, events, payouts: paid.payouts, ...found }),
    linked_ids: cut(
      'linked_ids',
      links.all.filter((each) => each !== id),
    ),
    events: cut('events', events),
    postings: cut('postings', postings),
    allocations: cut('allocations', allocations),
    statement_lines: cut('statement_lines', lines),
    sources,
    statements: cut('statements', paid.statements),
    payouts: cut('payouts', paid.payouts),
    stripe_objects: cut('stripe_objects', found.stripe_objects),
    balance_transactions: cut('balance_transactions', found.balance_transactions),
    bank_payouts: cut('bank_payouts', found.bank_payouts),
    breaks: cut('breaks', found.breaks).map((row) => ({
      ...{ period: row.period, break_id: row.break_id, break_class: row.break_class, what_happened: whatHappened(row) },
    })),
    left_out,
  };
  if (isEmpty(traced)) {
    throw new NotFound(
      `Nothing has the id ${JSON.stringify(id)}: no event, journal entry, statement line, payout, record of Stripe's or break. If it is new, load the events and pull Stripe's records first.`,
    );
  }
  return traced;
}

interface Links {
  readonly links: LinkedIds;
  /** The events that report them. */
  readonly events: readonly TracedEvent[];
  /** What the id itself is, if it is a bank payout. */
  readonly paidOut: readonly TracedBankPayout[];
}

/** The ids of the same money. */
async function linksOf(services: Stores, id: string): Promise<Links> {
  const { warehouse } = services;
  const links = new LinkedIds(services);
  await links.start(id);
  const reported = await ReportedEvents.read(warehouse, id);
  const ofBank = await warehouse.query<TracedBankPayout>(...QUERIES.bank_payouts_of(textList([id])));
  const paidOut = ofBank.filter(({ id_stripe }) => id_stripe === id);
  await links.followTransfers(paidOut.flatMap(({ transfer_id_stripe: each }) => (each === null ? [] : [each])));
  await links.follow(await reported.factsOfMessage());
  await reported.addUses(links.all);
  await links.followUses(reported.uses);
  return { links, events: await reported.of(links.all), paidOut };
}

/** Stripe's records with given ids, the bank payouts that their transfers went into, and the breaks. */
async function recordsOf(
  warehouse: Services['warehouse'],
  { ids, paidOut }: { ids: readonly string[]; paidOut: readonly TracedBankPayout[] },
) {
  const list = textList(ids);
  const stripe_objects = await warehouse.query<TracedObject>(...QUERIES.objects_of(list));
  const transfers = stripe_objects.flatMap(({ object_kind, id_stripe }) =>
    object_kind === 'transfer' ? [id_stripe] : [],
  );
  const paid = [...transfers, ...new Set(paidOut.map(({ id_stripe }) => id_stripe))];
  const bank_payouts =
    paid.length === 0 ? [] : await warehouse.query<TracedBankPayout>(...QUERIES.bank_payouts_of(textList(paid)));
  return {
    stripe_objects,
    bank_payouts,
    balance_transactions: await warehouse.query<TracedTransaction>(...QUERIES.transactions_of(list)),
    breaks: await warehouse.query<BreakRow>(...QUERIES.breaks_of(list)),
  };
}

interface Traced {
  readonly id: string;
  readonly links: LinkedIds;
  readonly allocations: readonly TracedAllocation[];
  readonly postings: readonly TracedPosting[];
}

/**
 * The statement lines that an id is a part of, and where they are paid. `earned` are those that the id is of itself, or that it pays: of these, what
 * earned them is to be found.
 */
async function balancesOf(services: Stores, { id, links, allocations, postings }: Traced) {
  const { warehouse } = services;
  const ids = textList(links.all);
  const recorded = await warehouse.query<Balance>(...QUERIES.recorded_balances_of(ids));
  const settled = postings
    .filter(({ journal_id, journal_kind }) => journal_id === id && OF_BALANCE.includes(journal_kind))
    .map(({ period, account_owner_id: creator_id, currency }) => ({ period, creator_id, currency }));
  const issued = await statementsWith(services, links.all);
  const named = [...recorded, ...settled, ...issued];
  const own = await PayoutChain.read(services, { ids: links.all, balances: named });
  const balances = [...named, ...own.balancesPaidBy(own.withIds(links.all))];
  const keys = new Set(balances.map(keyOf));
  const lines = await warehouse.query<TracedLine>(
    ...QUERIES.lines_of(ids, textList(lineKeysOf(allocations)), textList([...keys])),
  );
  const owed = [...new Map([...lines, ...balances].map((each) => [keyOf(each), each])).values()];
  const chain = await PayoutChain.read(services, { ids: links.all, balances: owed });
  const payouts = [...new Set([...chain.withIds(links.all), ...chain.payoutsOf(owed)])];
  return {
    lines,
    earned: lines.filter((line) => line.line_id === id || line.usage_journal_id === id || keys.has(keyOf(line))),
    statements: await statementsOf(services, owed),
    payouts,
  };
}

/** The journal entries about the balance of a creator. */
const OF_BALANCE: readonly string[] = ['rounding', 'withholding'];

/** The lines that the movements of sales are a part of. */
function lineKeysOf(allocations: readonly TracedAllocation[]): string[] {
  const keys = allocations.map((allocation) => {
    const { movement_kind, movement_id, terms_id, earned_period, fee_bps } = allocation;
    const line = movement_id.startsWith('correction:')
      ? movement_id
      : `${movement_kind}:${terms_id}:${earned_period}:${fee_bps}`;
    return `${keyOf(allocation)}/${line}`;
  });
  return [...new Set(keys)];
}

const STATEMENT = ['statement_id', 'period', 'creator_id', 'currency', 'issued_at'] as const;

function statementsWith({ operational }: Pick<Services, 'operational'>, ids: readonly string[]) {
  return operational.selectFrom('issued_statements').select(STATEMENT).where('statement_id', 'in', ids).execute();
}

async function statementsOf(
  { operational }: Pick<Services, 'operational'>,
  balances: readonly Balance[],
): Promise<TracedStatement[]> {
  if (balances.length === 0) return [];
  const keys = new Set(balances.map(keyOf));
  const statements = await operational
    .selectFrom('issued_statements')
    .select(STATEMENT)
    .where('creator_id', 'in', [...new Set(balances.map(({ creator_id }) => creator_id))])
    .orderBy('period')
    .orderBy('statement_id')
    .execute();
  return statements.filter((each) => keys.has(keyOf(each)));
}

/** Cuts lists, and counts what is left out. */
function cutter(already: Readonly<Record<string, number>>) {
  const left_out: Record<string, number> = {};
  const leave = (name: string, count: number) => {
    if (count > 0) left_out[name] = (left_out[name] ?? 0) + count;
  };
  for (const [name, count] of Object.entries(already)) leave(name, count);
  const cut = <T>(name: string, rows: readonly T[]): readonly T[] => {
    leave(name, rows.length - MOST_ROWS);
    return rows.slice(0, MOST_ROWS);
  };
  return { cut, left_out };
}

function isEmpty({ id: _, left_out: __, ...lists }: TracedRecord): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}
