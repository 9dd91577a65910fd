import { REGIME_OF } from '../../ingest/tax/forms.ts';
import { isExpiredBefore } from '../../reports/tax/compose.ts';
import type { FiledForm, FiledVersion } from '../../reports/tax/filed.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { type FormInForce, formVersions } from './forms-in-force.ts';

/** The version of a regime that counts for a creator's year. */
export interface FormOfYear extends FormInForce {
  /** Whether the creator has given another one after it. */
  readonly has_later: boolean;
}

interface YearRequest {
  readonly year: string;
  /** What was filed last of the form that is made; a creator on it stays on the version that it was filed from. */
  readonly filed?: FiledForm | undefined;
  /** The creators whose last version counts, whenever it was recorded. */
  readonly accepted?: readonly string[] | undefined;
}

/**
 * The forms that count for a calendar year (UTC), by creator and regime: the one that was in force when it ended; of who had none then, or an
 * incomplete one, the first complete one recorded later. Until the creator is filed, later versions of the same form correct it.
 */
export async function formsOfYear(
  db: Pick<Operational, 'selectFrom'>,
  { year, filed, accepted = [] }: YearRequest,
): Promise<FormOfYear[]> {
  const filedFrom = Map.groupBy(filed?.versions ?? [], ({ creator_id, form }) => keyOf(creator_id, REGIME_OF[form]));
  const given = Map.groupBy(await formVersions(db), ({ creator_id, regime }) => keyOf(creator_id, regime));
  return [...given].flatMap(([key, versions]) => {
    const last = versions.at(-1);
    const isAccepted = last !== undefined && accepted.includes(last.creator_id);
    const [from] = filedFrom.get(key) ?? [];
    const chosen = isAccepted ? last : from ? versionOnFile(versions, { year, from }) : versionToFile(versions, year);
    return chosen ? [{ ...chosen, has_later: chosen !== last }] : [];
  });
}

const keyOf = (creator_id: string, regime: string): string => JSON.stringify([creator_id, regime]);

const atEndOf = (versions: readonly FormInForce[], year: string): FormInForce | undefined =>
  versions.findLast(({ recorded_at }) => recorded_at.slice(0, 4) <= year);

/** What is recorded after the year and after the filing says what the creator is then, not what it was. */
function versionOnFile(
  versions: readonly FormInForce[],
  { year, from }: { year: string; from: FiledVersion },
): FormInForce | undefined {
  const filed = versions.find(({ form, version }) => form === from.form && version === from.version);
  const atEnd = atEndOf(versions, year);
  return filed && (!atEnd || filed.entry > atEnd.entry) ? filed : atEnd;
}

function versionToFile(versions: readonly FormInForce[], year: string): FormInForce | undefined {
  const atEnd = atEndOf(versions, year);
  const candidates = versions.slice(atEnd ? versions.indexOf(atEnd) : 0);
  const start = Math.max(
    candidates.findIndex((each) => isComplete(each, year)),
    0,
  );
  const other = candidates.findIndex(({ form }, index) => index > start && form !== candidates[start]?.form);
  return candidates.slice(start, other === -1 ? undefined : other).at(-1);
}

function isComplete({ form, facts }: FormInForce, year: string): boolean {
  return form === 'w9' ? facts.has_tin : !isExpiredBefore(facts, year);
}
