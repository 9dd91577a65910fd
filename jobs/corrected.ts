import { Conflict, NotFound } from '../warehouse/errors.ts';
import { decimalOf, parseDecimal } from '../warehouse/money.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { CorrectionsTable } from '../warehouse/operational/schema.ts';
import type { CorrectedKind } from '../warehouse/vocabulary/corrections.ts';
import type { Services } from './job.ts';

/** What the warehouse has of the things that are to be corrected. */

const QUERIES = readQueries(import.meta.url, 'corrected.queries.sql', {
  recorded_sale: ['id'],
  recorded_use: ['id'],
  recorded_refund: ['id'],
  recorded_dispute: ['id'],
  recorded_outcome: ['id'],
  recorded_invoice: ['id'],
  recorded_payout: ['id'],
  recorded_payout_reversal: ['id'],
  recorded_doubt: ['id'],
  recorded_correction: ['id'],
  units_of_use: ['id'],
  known_creator: ['id'],
  corrections_of: ['kind', 'id'],
  booked_payouts: ['id'],
  booked_payout_reversals: ['id'],
  booked_royalties: ['kind', 'id'],
});

type Stores = Pick<Services, 'warehouse'>;

/** What a correction changes for a creator: a decimal. */
export interface Effect {
  readonly creator_id: string;
  readonly currency: string;
  readonly amount: string;
}

/**
 * When it happened; of a balance, undefined. Throws `NotFound` if it is not recorded, and `Conflict` for a payout, or the reversal of one, that is booked.
 */
export async function requireCorrected(
  { warehouse }: Stores,
  kind: CorrectedKind,
  id: string,
): Promise<string | undefined> {
  if (kind === 'balance') {
    if ((await warehouse.query(...QUERIES.known_creator(id))).length > 0) return undefined;
    throw new NotFound(
      `No balance of ${id} can be corrected: the creator has neither signed up nor ever had a balance.`,
    );
  }
  const [corrected] = await warehouse.query<{ occurred_at: string }>(...QUERIES[`recorded_${kind}`](id));
  if (!corrected && kind === 'doubt') {
    throw new NotFound(
      `The sale ${id} is not in doubt in the last build, so no doubt about it can be void; check the id, or build the month first.`,
    );
  }
  if (!corrected) {
    throw new NotFound(
      `The ${kind.replace('_', ' ')} ${id} cannot be corrected: it is not recorded; check the id, or wait until its event is loaded.`,
    );
  }
  if (kind === 'payout' && (await warehouse.query(...QUERIES.booked_payouts(id))).length > 0) {
    throw new Conflict(`The payout ${id} is booked, so it cannot be void; adjust the balance of the creator.`);
  }
  if (kind === 'payout_reversal' && (await warehouse.query(...QUERIES.booked_payout_reversals(id))).length > 0) {
    throw new Conflict(
      `The reversal ${id} of a payout is booked, so it cannot be void; adjust the balance of the creator.`,
    );
  }
  return corrected.occurred_at;
}

/** The units of a use; null if they are unreadable. */
export async function unitsOf({ warehouse }: Stores, useId: string): Promise<string | null> {
  const [use] = await warehouse.query<{ units: string | null }>(...QUERIES.units_of_use(useId));
  return use?.units ?? null;
}

/** The first recorded correction of a thing as a whole. */
export async function recordedCorrectionOf(
  { warehouse }: Stores,
  kind: CorrectedKind,
  id: string,
): Promise<string | undefined> {
  const [recorded] = await warehouse.query<{ correction_id: string }>(...QUERIES.corrections_of(kind, id));
  return recorded?.correction_id;
}

/** What a correction changes for each creator, as far as the books say. */
export async function effectsOf(
  { warehouse }: Stores,
  {
    corrected_kind,
    corrected_id,
    adjustment_amount,
    currency,
  }: Pick<CorrectionsTable, 'corrected_kind' | 'corrected_id' | 'adjustment_amount' | 'currency'>,
): Promise<Effect[]> {
  if (adjustment_amount !== null && currency !== null)
    return [{ creator_id: corrected_id, currency, amount: adjustment_amount }];
  const booked = await warehouse.query<{ creator_id: string; currency: string; royalty_amount: string }>(
    ...QUERIES.booked_royalties(corrected_kind, corrected_id),
  );
  return booked.map(({ creator_id, currency, royalty_amount }) => ({
    creator_id,
    currency,
    amount: decimalOf(-parseDecimal(royalty_amount)),
  }));
}
