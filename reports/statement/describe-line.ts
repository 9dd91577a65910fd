import { requirePresent } from '../../warehouse/invariant.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import type { StatementLine } from './document.ts';
import type { Language } from './language.ts';

/** What a correction is about: `sale sale_1`. */
export function nameOfCorrected(
  { corrected_kind, corrected_id }: Pick<StatementLine, 'corrected_kind' | 'corrected_id'>,
  { say }: Language,
): string {
  return `${say.corrected(corrected_kind ?? '')} ${corrected_id}`;
}

/** `metered` → `Metered use`. */
export function nameOfLicense(type: LicenseType, { say }: Language): string {
  return requirePresent(say.lines.licenses[type], `The licence type ${type} must have a name.`);
}

/** The text below an asset's title: `Subscription · 2 refunds · 7–8 February 2026 · earned in December 2025`, or `Correction of sale sale_1 · earned in …`. */
export function describeLine(line: StatementLine, period: string, language: Language): string {
  const { kind, license_type, revenue_event_count, earned_period, first_on, last_on } = line;
  const { lines: say } = language.say;
  const late = earned_period === period ? '' : ` · ${say.earnedIn(language.month(earned_period))}`;
  if (license_type === null) return say.correction(line.correction_id ?? '');
  if (line.correction_id !== null) return `${say.correctionOf(nameOfCorrected(line, language))}${late}`;
  const name = nameOfLicense(license_type, language);
  const count = say.counts[kind === 'earning' ? license_type : kind](revenue_event_count);
  const days = first_on === null || last_on === null ? '' : ` · ${language.dateRange(first_on, last_on)}`;
  return `${name} · ${count}${days}${late}`;
}

/** How many sales of a line are named. */
const NAMED = 3;

/** The sales that a line changes: `Sale sale_1 (refund ref_1).`, or the first three and how many more there are. */
export function describeMovements({ movements, corrected_kind }: StatementLine, { say }: Language): string {
  if (movements.length === 0 || corrected_kind === 'sale') return '';
  const names = movements.slice(0, NAMED).map(({ movement_id, sale_id }) => {
    const [, by, id = ''] = /^(refund|dispute):(.*)$/s.exec(movement_id) ?? [];
    return by ? say.lines.movement(sale_id, by as 'refund' | 'dispute', id) : sale_id;
  });
  return say.lines.sales(names, String(movements.length - names.length));
}
