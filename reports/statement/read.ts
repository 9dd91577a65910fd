import { type Close, closeOf } from '../../transforms/ledger/closing.ts';
import { type ProofHashes, requireSealedTree } from '../../transforms/ledger/proof.ts';
import type { balances } from '../../transforms/marts/balances.ts';
import type { payoutReversals } from '../../transforms/marts/payout_reversals.ts';
import type { payouts } from '../../transforms/marts/payouts.ts';
import type { saleAllocations } from '../../transforms/marts/sale_allocations.ts';
import type { statementLines } from '../../transforms/marts/statement_lines.ts';
import type { withholdings } from '../../transforms/marts/withholdings.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Issuer } from './issuer.ts';
import { DEFAULT_SETTINGS, type StatementSettings } from './settings.ts';

export type Balance = Row<typeof balances> & { readonly creator_name: string | null; readonly country: string | null };
export type Line = Row<typeof statementLines> & Readonly<Record<'asset_title' | 'first_at' | 'last_at', string | null>>;
export type Movement = Row<typeof saleAllocations>;
export type Withholding = Row<typeof withholdings>;
export type Payout = Row<typeof payouts>;
export type PayoutReversal = Row<typeof payoutReversals>;
/** What became of a payout without a movement of money; `bank_…` of one from the connected account to its bank. */
export type PayoutNotice = Readonly<
  Record<'creator_id' | 'currency' | 'payout_id' | 'outcome' | 'amount' | 'occurred_at', string>
> &
  Readonly<Record<'payout_period' | 'reason' | 'account_id_stripe', string | null>>;

/** All that a statement is composed from: rows and hashes as plain values, which can be sent to a thread. */
export interface StatementSources {
  readonly statement_id: string;
  /** Null if the settings do not have the payer of the creator. */
  readonly issuer: Issuer | null;
  readonly payer_id: string;
  readonly settings: Pick<StatementSettings, 'locale' | 'detailPages'>;
  readonly close: Close;
  readonly balance: Balance;
  readonly lines: readonly Line[];
  readonly movements: readonly Movement[];
  /** None if no tax is withheld. */
  readonly withholdings: readonly Withholding[];
  readonly payouts: readonly Payout[];
  readonly payoutReversals: readonly PayoutReversal[];
  readonly payoutNotices: readonly PayoutNotice[];
  readonly hashes: ProofHashes;
}

const QUERIES = readQueries(import.meta.url, 'statement.queries.sql', {
  statement_count: ['period'],
  balances: ['period'],
  lines: ['period'],
  movements: ['period'],
  withholdings: ['period'],
  payouts: ['period'],
  payout_reversals: ['period'],
  payout_notices: ['period'],
});

export interface ReadOptions {
  readonly period: Period;
  readonly issuerName: string;
  readonly settings?: StatementSettings;
  /** Who pays which creator; by default, the main payer pays all. */
  readonly payerOf?: (creatorId: string) => string;
}

export function statementIdOf(balance: { period: string; creator_id: string; currency: string }): string {
  return derivedId('stmt', balance.period, balance.creator_id, balance.currency);
}

/** How many statements a closed period has, issued or not. */
export async function statementCountOf(warehouse: Pick<Warehouse, 'query'>, period: Period): Promise<number> {
  const [row] = await warehouse.query<{ statement_count: bigint }>(...QUERIES.statement_count(period));
  return Number(row?.statement_count ?? 0n);
}

/**
 * What the statements of a closed period are composed from: one for each creator and currency with a balance row, ordered by
 * creator and currency. Throws `Conflict` if the period is not closed, `InvariantBroken` if its books do not match its seal.
 */
export async function* readStatements(
  warehouse: Pick<Warehouse, 'query' | 'stream'>,
  { period, issuerName, settings = DEFAULT_SETTINGS, payerOf = () => MAIN_PAYER }: ReadOptions,
): AsyncGenerator<StatementSources> {
  if (!(await closeOf(warehouse, period))) {
    throw new Conflict(`${period} has no statements, because it is not closed. Close it first.`);
  }
  const { close, tree } = await requireSealedTree(warehouse, period);
  const { locale, detailPages, issuer, otherIssuers = {} } = settings;
  const issuers = new Map(Object.entries({ ...otherIssuers, [MAIN_PAYER]: { ...issuer, name: issuerName } }));
  const lines = new RowsByBalance(warehouse.stream<Line>(...QUERIES.lines(period)));
  const moved = new RowsByBalance(warehouse.stream<Movement>(...QUERIES.movements(period)));
  const withheld = new RowsByBalance(warehouse.stream<Withholding>(...QUERIES.withholdings(period)));
  const paid = new RowsByBalance(warehouse.stream<Payout>(...QUERIES.payouts(period)));
  const reversed = new RowsByBalance(warehouse.stream<PayoutReversal>(...QUERIES.payout_reversals(period)));
  const noticed = new RowsByBalance(warehouse.stream<PayoutNotice>(...QUERIES.payout_notices(period)));
  try {
    for await (const rows of warehouse.stream<Balance>(...QUERIES.balances(period))) {
      for (const balance of rows) {
        const payer_id = payerOf(balance.creator_id);
        yield {
          statement_id: statementIdOf(balance),
          ...{ issuer: issuers.get(payer_id) ?? null, payer_id, settings: { locale, detailPages } },
          close,
          balance,
          lines: await lines.of(balance),
          movements: await moved.of(balance),
          withholdings: await withheld.of(balance),
          payouts: await paid.of(balance),
          payoutReversals: await reversed.of(balance),
          payoutNotices: await noticed.of(balance),
          hashes: tree.proofOf(balance),
        };
      }
    }
  } finally {
    await lines.close();
    await moved.close();
    await withheld.close();
    await paid.close();
    await reversed.close();
    await noticed.close();
  }
}

type Key = Pick<Balance, 'creator_id' | 'currency'>;

/** A stream of rows in the order of the balances, each of which belongs to one of them. */
class RowsByBalance<R extends Key> {
  readonly #chunks: AsyncIterator<readonly R[]>;
  #rows: readonly R[] = [];
  #at = 0;

  constructor(chunks: AsyncIterable<readonly R[]>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The rows of the next balance; none if the next rows are of a later one. */
  async of({ creator_id, currency }: Key): Promise<R[]> {
    const found: R[] = [];
    for (;;) {
      const row = this.#rows[this.#at];
      if (row === undefined) {
        const { value, done } = await this.#chunks.next();
        if (done) return found;
        [this.#rows, this.#at] = [value, 0];
      } else if (row.creator_id === creator_id && row.currency === currency) {
        found.push(row);
        this.#at += 1;
      } else return found;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
