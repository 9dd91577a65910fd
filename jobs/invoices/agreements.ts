import type { Selectable } from 'kysely';
import { lastDayOf } from '../../reports/invoice/invoice.ts';
import { instant, isDay } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import type { SelfBillingAgreementsTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';

export type Agreement = Omit<Selectable<SelfBillingAgreementsTable>, 'entry'>;

interface GivenAgreement {
  readonly creator_id: string;
  readonly agreement_version: string;
  /** SHA-256 of the text, so that nobody can say that it was another one. */
  readonly text_hash: string;
  readonly agreed_on: string;
}

/**
 * Records that a creator has agreed to self-billing, which must be before the first invoice (Article 224 of Directive 2006/112/EC). Throws
 * `NotFound` for an unknown creator, `Rejected` for a day that is none or in the future.
 */
export async function recordAgreement(
  { operational, warehouse, clock }: Pick<Services, 'operational' | 'warehouse' | 'clock'>,
  given: GivenAgreement,
  by: string,
): Promise<Agreement> {
  const { creator_id, agreed_on } = given;
  if (!(await creatorExists(warehouse, creator_id))) throw unknownCreator(creator_id);
  const now = instant(clock.now());
  if (!isDay(agreed_on) || agreed_on > now.slice(0, 10)) {
    throw new Rejected(`${creator_id} cannot have agreed on ${agreed_on}; give a day until today, as 2026-01-31.`);
  }
  const row = { ...given, ended_on: null, recorded_by: by, recorded_at: now };
  await operational.insertInto('self_billing_agreements').values(row).execute();
  return row;
}

/** Ends the agreement of a creator that began last, from a day on. Throws `Conflict` if there is none, `Rejected` for a day before it began. */
export async function endAgreement(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { creator_id, ended_on }: { readonly creator_id: string; readonly ended_on: string },
  by: string,
): Promise<Agreement> {
  const last = (await agreements(operational, creator_id)).get(creator_id)?.at(-1);
  if (!last || last.ended_on !== null) {
    throw new Conflict(`The self-billing of ${creator_id} cannot be ended: there is no agreement in force.`);
  }
  if (!isDay(ended_on) || ended_on < last.agreed_on) {
    throw new Rejected(
      `The agreement of ${creator_id} began on ${last.agreed_on} and cannot end on ${ended_on}; give a later day.`,
    );
  }
  const row = { ...last, ended_on, recorded_by: by, recorded_at: instant(clock.now()) };
  await operational.insertInto('self_billing_agreements').values(row).execute();
  return row;
}

/** What was recorded of the agreements of each creator, or of one: in the order in which they began, then that in which they were recorded. */
export async function agreements(
  db: Pick<Operational, 'selectFrom'>,
  creatorId?: string,
): Promise<ReadonlyMap<string, readonly Agreement[]>> {
  let query = db.selectFrom('self_billing_agreements').selectAll().orderBy('agreed_on').orderBy('entry');
  if (creatorId !== undefined) query = query.where('creator_id', '=', creatorId);
  const rows = (await query.execute()).map(({ entry: _, ...row }): Agreement => row);
  return Map.groupBy(rows, ({ creator_id }) => creator_id);
}

/**
 * The agreement that was in force on the last day of a month: of those that had begun, the last one, unless it had ended. A later agreement takes
 * its place from its own day on and changes nothing before.
 */
export function agreementOf(recorded: readonly Agreement[], month: string): Agreement | undefined {
  const day = lastDayOf(month);
  const last = recorded.findLast(({ agreed_on }) => agreed_on <= day);
  return last && (last.ended_on === null || last.ended_on > day) ? last : undefined;
}
