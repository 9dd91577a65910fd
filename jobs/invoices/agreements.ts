import type { Selectable } from 'kysely';
import { lastDayOf } from '../../reports/invoice/invoice.ts';
import { instant, isDay } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import type { SelfBillingAgreementsTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';

export type Agreement = Omit<Selectable<SelfBillingAgreementsTable>, 'entry'>;

export interface GivenAgreement {
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

/** Ends the agreement of a creator from a day on. Throws `Conflict` if there is none, `Rejected` for a day before it began. */
export async function endAgreement(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { creator_id, ended_on }: { readonly creator_id: string; readonly ended_on: string },
  by: string,
): Promise<Agreement> {
  const last = (await agreements(operational, creator_id)).get(creator_id);
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

/** The last agreement of each creator, or of one. */
export async function agreements(
  db: Pick<Operational, 'selectFrom'>,
  creatorId?: string,
): Promise<ReadonlyMap<string, Agreement>> {
  let query = db
    .selectFrom('self_billing_agreements')
    .distinctOn('creator_id')
    .selectAll()
    .orderBy('creator_id')
    .orderBy('entry', 'desc');
  if (creatorId !== undefined) query = query.where('creator_id', '=', creatorId);
  const rows = await query.execute();
  return new Map(rows.map(({ entry: _, ...row }) => [row.creator_id, row]));
}

/** Whether it counts for a month: it does if it is in force on the last day of it. */
export function coversMonth({ agreed_on, ended_on }: Agreement, month: string): boolean {
  const last = lastDayOf(month);
  return agreed_on <= last && (ended_on === null || ended_on > last);
}
