import type { TaxProfile } from '../../../ingest/tax/forms.ts';
import type { TaxFacts } from '../../../ingest/tax/tax-facts.ts';
import { factsOf } from '../../../ingest/tax/tax-facts.ts';
import type { CreatorYear, QuarterAmounts, TaxYear } from '../../../reports/tax/document.ts';
import type { CreatorFacts } from '../../../reports/tax/form-year.ts';
import { NOTHING } from '../../../reports/tax/read.ts';
import { parsePeriod } from '../../../warehouse/period.ts';

/** A tax year of these creators. */
export function taxYearOf(...creators: CreatorYear[]): TaxYear {
  return {
    ...{ year: '2026', first_period: parsePeriod('2025-12'), last_period: parsePeriod('2026-11') },
    ...{ cutoff_at: '2027-01-02T08:00:00.000Z', seal: '2'.repeat(64), creators },
  };
}

/** A creator's year with some amounts in each quarter. */
export function creatorYear(
  creator_id: string,
  currency: string,
  quarters: readonly Partial<QuarterAmounts>[],
  rules: CreatorYear['rules'] = [],
): CreatorYear {
  const all = [0, 1, 2, 3].map((index) => ({ ...NOTHING, ...quarters[index] }));
  return {
    creator_id,
    currency,
    quarters: all,
    rules,
    earlier_minor: 0n,
    earlier_fee_minor: 0n,
    has_month_without_rule: false,
  };
}

const regimeOf = (profile: TaxProfile): 'us' | 'dac7' => (profile.form.startsWith('dac7') ? 'dac7' : 'us');

/** The facts of profiles by creator. */
export function factsBy(profiles: Readonly<Record<string, readonly TaxProfile[]>>): ReadonlyMap<string, CreatorFacts> {
  return new Map(
    Object.entries(profiles).map(([creator_id, given]) => [
      creator_id,
      Object.fromEntries(given.map((profile): [string, TaxFacts] => [regimeOf(profile), factsOf(profile)])),
    ]),
  );
}
