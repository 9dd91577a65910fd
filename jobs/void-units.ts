import type { Selectable } from 'kysely';
import { Conflict } from '../warehouse/errors.ts';
import { decimalOf, parseDecimal } from '../warehouse/money.ts';
import type { CorrectionsTable } from '../warehouse/operational/schema.ts';

/** How many units of a use its voids in part take together. */

type Stored = Pick<
  Selectable<CorrectionsTable>,
  'correction_id' | 'corrected_kind' | 'corrected_id' | 'units' | 'state'
>;

/**
 * Throws `Conflict` if the proposed correction, a void of a part of a use or what brings one back, could make the voids of the use take more units than it has;
 * those that are proposed count, as they may be approved. `others` are the other corrections of parts of uses and of corrections.
 */
export function assertUnitsLeft(
  proposed: Stored,
  { others, useId, used }: { others: readonly Stored[]; useId: string; used: string },
): void {
  const before = takenUnits(others, useId);
  const after = takenUnits([...others, proposed], useId);
  const has = parseDecimal(used);
  if (after <= before || after <= has) return;
  const left = has > before ? has - before : 0n;
  throw new Conflict(
    `${decimalOf(after - before)} units of ${useId} cannot be void: it has ${decimalOf(has)}, and ${decimalOf(left)} are left beside the voids that are proposed or approved; void no more than these, or reject or correct one of those.`,
  );
}

/** The use of which a correction voids a part or takes such a void back; undefined if it does neither. */
export function useOfPart(correction: Stored, others: readonly Stored[]): string | undefined {
  if (correction.corrected_kind === 'use') return correction.units === null ? undefined : correction.corrected_id;
  const corrected = others.find(({ correction_id }) => correction_id === correction.corrected_id);
  return correction.corrected_kind === 'correction' && corrected ? useOfPart(corrected, others) : undefined;
}

/** The units, in 10⁻⁹, that the voids of parts of a use may take, whatever becomes of what is proposed. */
function takenUnits(all: readonly Stored[], useId: string): bigint {
  const standing = all.filter(({ state }) => state !== 'rejected');
  const correctionOf = (id: string) =>
    standing.find(({ corrected_kind, corrected_id }) => corrected_kind === 'correction' && corrected_id === id);
  const mayStand = ({ correction_id }: Stored): boolean => {
    const correction = correctionOf(correction_id);
    return correction === undefined || !mustStand(correction);
  };
  const mustStand = (correction: Stored): boolean => {
    const its = correctionOf(correction.correction_id);
    return correction.state === 'approved' && (its === undefined || !mayStand(its));
  };
  return standing
    .filter(({ corrected_kind, corrected_id }) => corrected_kind === 'use' && corrected_id === useId)
    .filter(mayStand)
    .reduce((sum, { units }) => sum + (units === null ? 0n : parseDecimal(units)), 0n);
}
