import type { Selectable } from 'kysely';
import { REGIME_OF_FORM } from '../../reports/tax/profiles.ts';
import { parseYear } from '../../reports/tax/read.ts';
import { FORM_TITLES, type TaxFormName } from '../../reports/tax/words.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { TaxYearOpeningsTable } from '../../warehouse/operational/tax-tables.ts';
import type { Services } from '../job.ts';
import { isSamePerson } from '../same-person.ts';
import { requireReason } from './reason.ts';

type Stores = Pick<Services, 'operational' | 'clock' | 'taxOpenedBy'>;

/** How long somebody else can release a request, and how long the requester can then open the year. */
const RELEASED_WITHIN_MS = 3 * DAY_MS;
const OPEN_FOR_MS = DAY_MS;
const LISTED = 100;

/** A request to open the numbers of all creators on a form of a year, and its release. */
export interface YearOpening extends Omit<Selectable<TaxYearOpeningsTable>, 'form' | 'entry'> {
  readonly form: TaxFormName;
  /** `lapsed` if nobody released it in time, or the time after its release is over. */
  readonly state: 'requested' | 'released' | 'lapsed';
}

interface OfYear {
  readonly year: string;
  readonly form: TaxFormName;
  readonly by: string;
}

/** Requests to open a year. Throws `Rejected` without a reason, and for a form without numbers. */
export async function requestYearOpening(
  { operational, clock }: Stores,
  { year, form, by, because }: OfYear & { readonly because: string },
): Promise<YearOpening> {
  if (REGIME_OF_FORM[form] === null)
    throw new Rejected(`${FORM_TITLES[form]} has no numbers of creators; it is exported and filed without a request.`);
  const row = {
    ...{ opening_id: randomId('opening'), year: parseYear(year), form, because: requireReason(because) },
    ...{ requested_by: by, requested_at: instant(clock.now()), released_by: null, released_at: null },
  };
  await operational.insertInto('tax_year_openings').values(row).execute();
  return { ...row, state: 'requested' };
}

/** Releases a request as another person than its requester. Throws `NotFound`, `Conflict` if it is released or has lapsed, and `Rejected` for the requester. */
export async function releaseYearOpening(
  { operational, clock }: Stores,
  { openingId, by }: { readonly openingId: string; readonly by: string },
): Promise<YearOpening> {
  return operational.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('tax_year_openings')
      .selectAll()
      .where('opening_id', '=', openingId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new NotFound(`There is no request ${openingId} to open a tax year.`);
    if (isSamePerson(row.requested_by, by))
      throw new Rejected(`${openingId} cannot be released by ${by}, who requested it; let somebody else release it.`);
    const opening = shown(row, clock.now());
    if (opening.state !== 'requested')
      throw new Conflict(
        opening.state === 'released'
          ? `${openingId} is released already, by ${row.released_by}.`
          : `${openingId} has lapsed: it was requested at ${row.requested_at}; request it anew.`,
      );
    const released = { released_by: by, released_at: instant(clock.now()) };
    await transaction.updateTable('tax_year_openings').set(released).where('opening_id', '=', openingId).execute();
    return { ...opening, ...released, state: 'released' };
  });
}

/** The last hundred requests, newest first. */
export async function yearOpenings({ operational, clock }: Stores): Promise<YearOpening[]> {
  const rows = await operational
    .selectFrom('tax_year_openings')
    .selectAll()
    .orderBy('entry', 'desc')
    .limit(LISTED)
    .execute();
  return rows.map((row) => shown(row, clock.now()));
}

/**
 * Why somebody may open the numbers of all creators on a form of a year now, for the log: another person has released their request, or the company has
 * said that one person does its taxes. Throws `Conflict`, with what to do, if neither is so.
 */
export async function requireYearOpening(stores: Stores, { year, form, by }: OfYear): Promise<string> {
  const what = `${FORM_TITLES[form]} of ${year}`;
  if (REGIME_OF_FORM[form] === null) return what;
  if (stores.taxOpenedBy === 'one_person') return `${what}, by one person alone, as TANTIEME_TAX_OPENED_BY says`;
  const rows = await stores.operational
    .selectFrom('tax_year_openings')
    .selectAll()
    .where('year', '=', year)
    .where('form', '=', form)
    .where('released_at', '>', instant(stores.clock.now() - OPEN_FOR_MS))
    .orderBy('entry', 'desc')
    .execute();
  const released = rows.find(({ requested_by }) => isSamePerson(requested_by, by));
  if (released) return `${what}, released by ${released.released_by}`;
  throw new Conflict(
    `${by} cannot open the numbers of all creators on ${what} alone: request it ("tantieme tax open ${year} --form ${form} --because …"), let somebody else release it within three days, and open it within a day after that. Where one person does the taxes, set TANTIEME_TAX_OPENED_BY=one_person; the log then says so.`,
  );
}

function shown({ entry: _, ...row }: Selectable<TaxYearOpeningsTable>, now: number): YearOpening {
  const from = Date.parse(row.released_at ?? row.requested_at);
  const isOver = now >= from + (row.released_at === null ? RELEASED_WITHIN_MS : OPEN_FOR_MS);
  const state = isOver ? 'lapsed' : row.released_at === null ? 'requested' : 'released';
  return { ...row, form: row.form as TaxFormName, state };
}
