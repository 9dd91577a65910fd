import { parsePeriod, previousPeriod } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { type LogEntry, logsOfPayouts } from '../payouts/payout-log.ts';

/** A line of a payout batch, with the steps of its payout. */
export interface TracedPayout extends Balance {
  readonly payout_id: string;
  readonly batch_id: string;
  readonly amount_minor: bigint;
  readonly account_id_stripe: string | null;
  /** `payable`, or why it is not paid. */
  readonly reason: string;
  readonly planned_by: string;
  readonly planned_at: string;
  readonly approved_by: string | null;
  readonly approved_at: string | null;
  readonly log: readonly Pick<LogEntry, 'state' | 'logged_at' | 'transfer_id_stripe' | 'reason'>[];
}

/** What a creator is owed of a period in a currency: what a statement says and a payout pays. */
export type Balance = Readonly<Record<'period' | 'creator_id' | 'currency', string>>;

/** The steps after which a balance is not carried forward, unless the payout came back. */
const SENT: ReadonlySet<string> = new Set(['sent', 'confirmed'] satisfies LogEntry['state'][]);
const isPaid = ({ log }: TracedPayout): boolean =>
  log.some(({ state }) => SENT.has(state)) && log.every(({ state }) => state !== 'reversed');

/** How many months without a payout are looked back. */
const MOST_PERIODS = 36;

/** Payouts, and what was sent of the same creators. */
export class PayoutChain {
  readonly #lines: readonly TracedPayout[];
  readonly #ofOwner: ReadonlyMap<string, readonly TracedPayout[]>;

  constructor(lines: readonly TracedPayout[]) {
    this.#lines = lines;
    this.#ofOwner = Map.groupBy(lines, ownerKeyOf);
  }

  /** Reads the payouts of the creators of some payouts and balances. */
  static async read(
    { operational }: Pick<Services, 'operational'>,
    { ids, balances }: { ids: readonly string[]; balances: readonly Balance[] },
  ): Promise<PayoutChain> {
    const named = await linesOf({ operational }, 'line.payout_id', ids);
    const creators = [...new Set([...named, ...balances].map(({ creator_id }) => creator_id))];
    if (creators.length === 0) return new PayoutChain([]);
    return new PayoutChain(await linesOf({ operational }, 'line.creator_id', creators));
  }

  withIds(ids: readonly string[]): TracedPayout[] {
    const wanted = new Set(ids);
    return this.#lines.filter(({ payout_id }) => wanted.has(payout_id));
  }

  /** The balances that payouts pay: of their period, and of those since the payout before, which were carried forward. */
  balancesPaidBy(payouts: readonly TracedPayout[]): Balance[] {
    return payouts.flatMap(({ period: last, creator_id, currency }) => {
      const before = this.#paidOf({ creator_id, currency }).findLast((period) => period < last) ?? '';
      const balances: Balance[] = [];
      for (let period = parsePeriod(last); period > before && balances.length < MOST_PERIODS; ) {
        balances.push({ period, creator_id, currency });
        period = previousPeriod(period);
      }
      return balances;
    });
  }

  /** The payouts of balances: until the first one that was sent and did not come back, because what is not paid is carried forward. */
  payoutsOf(balances: readonly Balance[]): TracedPayout[] {
    const found = new Set<TracedPayout>();
    for (const { period, ...owner } of balances) {
      const until = this.#paidOf(owner).find((each) => each >= period) ?? '9999-12';
      for (const line of this.#of(owner)) if (line.period >= period && line.period <= until) found.add(line);
    }
    return this.#lines.filter((line) => found.has(line));
  }

  #of(owner: Owner): readonly TracedPayout[] {
    return this.#ofOwner.get(ownerKeyOf(owner)) ?? [];
  }

  /** The periods of which a creator was paid in a currency, in order. */
  #paidOf(owner: Owner): string[] {
    return this.#of(owner)
      .filter(isPaid)
      .map(({ period }) => period)
      .sort();
  }
}

type Owner = Omit<Balance, 'period'>;
const ownerKeyOf = ({ creator_id, currency }: Owner): string => `${creator_id}/${currency}`;

/** As the queries write it. */
export const keyOf = (balance: Balance): string => `${balance.period}/${ownerKeyOf(balance)}`;

async function linesOf(
  { operational }: Pick<Services, 'operational'>,
  column: 'line.payout_id' | 'line.creator_id',
  values: readonly string[],
): Promise<TracedPayout[]> {
  const rows = await operational
    .selectFrom('payout_lines as line')
    .innerJoin('payout_batches as batch', 'batch.batch_id', 'line.batch_id')
    .select(['line.payout_id', 'line.batch_id', 'batch.period', 'line.creator_id', 'line.currency'])
    .select(['line.amount_minor', 'line.account_id_stripe', 'line.reason', 'batch.planned_by', 'batch.planned_at'])
    .select(['batch.approved_by', 'batch.approved_at'])
    .where(column, 'in', values)
    .orderBy('batch.planned_at')
    .orderBy('line.payout_id')
    .execute();
  const logs = await logsOfPayouts(
    operational,
    rows.map(({ payout_id }) => payout_id),
  );
  return rows.map((row) => ({
    ...row,
    log: (logs.get(row.payout_id) ?? []).map(({ state, logged_at, transfer_id_stripe, reason }) => ({
      ...{ state, logged_at, transfer_id_stripe, reason },
    })),
  }));
}
