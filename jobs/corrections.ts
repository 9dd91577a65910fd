import type { Selectable, Transaction } from 'kysely';
import { correctionApproved, correctionProposed, correctionRejected } from '../ingest/events/corrections.ts';
import { enqueueEvent } from '../ingest/outbox/enqueue-event.ts';
import { lastClose } from '../transforms/ledger/closing.ts';
import { instant } from '../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../warehouse/errors.ts';
import { derivedId } from '../warehouse/ids.ts';
import { decimalOf, decimalToMinor, parseDecimal } from '../warehouse/money.ts';
import type { CorrectionsTable, OperationalTables } from '../warehouse/operational/schema.ts';
import { parsePeriod, periodStart } from '../warehouse/period.ts';
import { CORRECTED_KINDS, CORRECTION_FIELDS, type CorrectedKind } from '../warehouse/vocabulary/corrections.ts';
import { type Effect, effectsOf, recordedCorrectionOf, requireCorrected, unitsOf } from './corrected.ts';
import type { Services } from './job.ts';
import { isSamePerson } from './same-person.ts';
import { assertUnitsLeft, useOfPart } from './void-units.ts';

/** A correction of finance: what one person has proposed, and another one decided. */
export type Correction = Selectable<CorrectionsTable>;
export type CorrectionState = Correction['state'];
type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'newSecret'>;

export interface CorrectionRequest {
  readonly kind: string;
  /** The id of what is corrected; of an outcome, the id of its dispute; of a balance, that of the creator. */
  readonly id: string;
  /** Only for a use: how many of its units are void; without it, all. */
  readonly units?: string | undefined;
  /** Only for a balance, with its currency: negative if the balance is reduced. */
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly replacedById?: string | undefined;
  readonly reason: string;
  readonly reference: string;
  /** Who proposes it. */
  readonly by: string;
}

/** A thing may have one correction; these may have several. */
const mayHaveSeveral = (kind: CorrectedKind, units: string | undefined): boolean =>
  kind === 'balance' || units !== undefined;

/**
 * Proposes a correction. Returns it with what it would change, as far as the books say: nothing for what is not booked, and for a use.
 * Throws `Rejected` for a malformed one, `NotFound` if what it corrects is not recorded, and `Conflict` if it cannot be corrected.
 */
export async function proposeCorrection(
  stores: Stores,
  request: CorrectionRequest,
): Promise<{ correction: Correction; effects: readonly Effect[] }> {
  const { id, units, by } = request;
  const kind = requireKind(request.kind);
  const [reason, reference] = [requireText(request.reason, 'a reason'), requireText(request.reference, 'a reference')];
  const adjustment = requireAdjustment(kind, request);
  if (units !== undefined && kind !== 'use') throw new Rejected(`Only a use can be void in part; leave out the units.`);
  await requireCorrected(stores, kind, id);
  if (units !== undefined) assertUnits(units, { id, used: await unitsOf(stores, id) });
  if (!mayHaveSeveral(kind, units)) await assertNotCorrected(stores, kind, id);
  const correction: Correction = {
    correction_id: derivedId('cor', stores.newSecret(), kind, id),
    ...{ corrected_kind: kind, corrected_id: id, units: units ?? null, ...adjustment },
    ...{ replaced_by_id: request.replacedById ?? null, correction_reason: reason, reference, state: 'proposed' },
    ...{ proposed_by: by, proposed_at: instant(stores.clock.now()), decided_by: null, decided_at: null },
    ...{ rejection_reason: null, effective_at: null },
  };
  await assertPartsFit(stores, correction);
  await stores.operational.transaction().execute(async (transaction) => {
    const stored = await transaction
      .insertInto('corrections')
      .values(correction)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (stored.numInsertedOrUpdatedRows !== 1n)
      throw new Conflict(`The ${kind} ${id} was proposed for correction in the meantime; list the corrections.`);
    await enqueueEvent(transaction, {
      declaration: correctionProposed,
      messageId: `${correction.correction_id}-proposed`,
      occurredAt: correction.proposed_at,
      properties: propertiesOf(correction),
    });
  });
  return { correction, effects: await effectsOf(stores, correction) };
}

/** The corrections in a state, or all, the last proposed first. */
export async function listCorrections(
  { operational }: Pick<Stores, 'operational'>,
  state?: CorrectionState,
): Promise<Correction[]> {
  return operational
    .selectFrom('corrections')
    .selectAll()
    .$if(state !== undefined, (query) => query.where('state', '=', state as CorrectionState))
    .orderBy('proposed_at', 'desc')
    .orderBy('correction_id')
    .execute();
}

/**
 * Approves corrections, all of them or none; each is booked with the next load and build. Throws `NotFound` for an unknown one,
 * `Conflict` for one that is decided, and `Rejected` if the approver has proposed one of them.
 */
export async function approveCorrections(
  stores: Stores,
  { ids, by }: { ids: readonly string[]; by: string },
): Promise<Correction[]> {
  const proposed = await requireProposed(stores, ids);
  const own = proposed.find(({ proposed_by }) => isSamePerson(proposed_by, by));
  if (own) throw new Rejected(`${by} proposed the correction ${own.correction_id}; someone else must approve it.`);
  const now = instant(stores.clock.now());
  const openFrom = await openFromOf(stores);
  const approved: Decided[] = [];
  for (const correction of proposed) {
    const effective_at = await effectiveAt(stores, correction, { now, openFrom });
    approved.push({ ...correction, state: 'approved', decided_by: by, decided_at: now, effective_at });
  }
  await stores.operational.transaction().execute(async (transaction) => {
    for (const correction of approved) {
      await decide(transaction, correction);
      await enqueueEvent(transaction, {
        declaration: correctionApproved,
        messageId: `${correction.correction_id}-approved`,
        occurredAt: correction.effective_at ?? now,
        properties: { ...propertiesOf(correction), decided_by: by },
      });
    }
  });
  return approved;
}

/** Rejects a proposed correction, or withdraws it. Throws as `approveCorrections`; the proposer may do it. */
export async function rejectCorrection(
  stores: Stores,
  { id, reason, by }: { id: string; reason: string; by: string },
): Promise<Correction> {
  const rejection_reason = requireText(reason, 'a reason');
  const [correction] = await requireProposed(stores, [id]);
  const decided_at = instant(stores.clock.now());
  const rejected: Decided = {
    ...(correction as Correction),
    ...{ state: 'rejected', decided_by: by, decided_at, rejection_reason },
  };
  await stores.operational.transaction().execute(async (transaction) => {
    await decide(transaction, rejected);
    await enqueueEvent(transaction, {
      declaration: correctionRejected,
      messageId: `${id}-rejected`,
      occurredAt: decided_at,
      properties: { correction_id: id, decided_by: by, reason: rejection_reason },
    });
  });
  return rejected;
}

type Decided = Correction & { readonly state: 'approved' | 'rejected' };

/** Stores a decision. Throws `Conflict` if another one was stored meanwhile. */
async function decide(
  transaction: Transaction<OperationalTables>,
  { correction_id, state, decided_by, decided_at, rejection_reason, effective_at }: Decided,
): Promise<void> {
  const updated = await transaction
    .updateTable('corrections')
    .set({ state, decided_by, decided_at, rejection_reason, effective_at })
    .where('correction_id', '=', correction_id)
    .where('state', '=', 'proposed')
    .executeTakeFirst();
  if (updated.numUpdatedRows !== 1n)
    throw new Conflict(`The correction ${correction_id} was decided in the meantime; list the corrections.`);
}

function requireKind(kind: string): CorrectedKind {
  const known = CORRECTED_KINDS.find((each) => each === kind);
  if (known) return known;
  throw new Rejected(`${JSON.stringify(kind)} cannot be corrected; name one of ${CORRECTED_KINDS.join(', ')}.`);
}

function requireText(text: string, what: string): string {
  if (text.trim() === '') throw new Rejected(`A correction needs ${what}; say it in a sentence.`);
  return text.trim();
}

const DECIMAL = new RegExp(CORRECTION_FIELDS.adjustment_amount.pattern ?? '');

function requireAdjustment(
  kind: CorrectedKind,
  { amount, currency }: CorrectionRequest,
): Pick<Correction, 'adjustment_amount' | 'currency'> {
  if (kind !== 'balance') {
    if (amount === undefined && currency === undefined) return { adjustment_amount: null, currency: null };
    throw new Rejected(
      `Only a balance is corrected by an amount; a ${kind} is void, and is reported again as it is right.`,
    );
  }
  if (amount === undefined || currency === undefined)
    throw new Rejected('The correction of a balance needs an amount and its currency.');
  if (!DECIMAL.test(amount) || parseDecimal(amount) === 0n)
    throw new Rejected(
      `${JSON.stringify(amount)} is not an amount by which a balance can be changed, such as 12.50 or -3.`,
    );
  // Throws `Rejected` for an unknown currency or a fraction of a minor unit.
  decimalToMinor(amount, currency);
  return { adjustment_amount: amount, currency };
}

function assertUnits(units: string, { id, used }: { id: string; used: string | null }): void {
  if (!DECIMAL.test(units) || parseDecimal(units) <= 0n)
    throw new Rejected(`${JSON.stringify(units)} is not a number of units that can be void; give one above 0.`);
  if (used !== null && parseDecimal(units) > parseDecimal(used))
    throw new Rejected(`${units} units of ${id} cannot be void: it has ${decimalOf(parseDecimal(used))}.`);
}

/** All voids of parts of a use take no more units than it has. */
async function assertPartsFit(stores: Stores, correction: Correction): Promise<void> {
  if (!['use', 'correction'].includes(correction.corrected_kind)) return;
  const others = await stores.operational
    .selectFrom('corrections')
    .selectAll()
    .where((where) => where.or([where('units', 'is not', null), where('corrected_kind', '=', 'correction')]))
    .execute();
  const useId = useOfPart(correction, others);
  const used = useId === undefined ? null : await unitsOf(stores, useId);
  if (useId !== undefined && used !== null) assertUnitsLeft(correction, { others, useId, used });
}

/** A thing has one correction: to change it again, that correction is corrected. */
async function assertNotCorrected({ warehouse, operational }: Stores, kind: CorrectedKind, id: string): Promise<void> {
  const recorded = await recordedCorrectionOf({ warehouse }, kind, id);
  const stored = await operational
    .selectFrom('corrections')
    .select(['correction_id', 'state'])
    .where('corrected_kind', '=', kind)
    .where('corrected_id', '=', id)
    .where('units', 'is', null)
    .where('state', '<>', 'rejected')
    .executeTakeFirst();
  if (stored?.state === 'proposed')
    throw new Conflict(`The ${kind} ${id} has a proposed correction, ${stored.correction_id}; approve or reject it.`);
  const correction = recorded ?? stored?.correction_id;
  if (correction) {
    throw new Conflict(
      `The ${kind} ${id} is corrected by ${correction}; to change that, correct the correction ${correction}.`,
    );
  }
}

/**
 * When a correction takes effect: in the month of what it corrects while that month is open, so that the mistake is in no books; later,
 * now.
 */
async function effectiveAt(
  stores: Stores,
  { corrected_kind, corrected_id }: Correction,
  { now, openFrom }: { now: string; openFrom: string },
): Promise<string> {
  const kind = requireKind(corrected_kind);
  if (kind === 'balance') return now;
  const occurred_at = await requireCorrected(stores, kind, corrected_id);
  return occurred_at !== undefined && occurred_at >= openFrom && occurred_at < now ? occurred_at : now;
}

/** When the first open month begins; empty before the first closing. */
async function openFromOf({ warehouse }: Pick<Stores, 'warehouse'>): Promise<string> {
  const closing = await lastClose(warehouse);
  return closing ? instant(periodStart(parsePeriod(closing.next_period))) : '';
}

async function requireProposed(
  { operational }: Pick<Stores, 'operational'>,
  ids: readonly string[],
): Promise<Correction[]> {
  const found = await operational.selectFrom('corrections').selectAll().where('correction_id', 'in', ids).execute();
  const missing = ids.find((id) => !found.some(({ correction_id }) => correction_id === id));
  if (missing !== undefined) throw new NotFound(`There is no correction ${missing}; list the corrections.`);
  const decided = found.find(({ state }) => state !== 'proposed');
  if (decided) throw new Conflict(`The correction ${decided.correction_id} is ${decided.state} already.`);
  return found;
}

function propertiesOf(correction: Correction) {
  const { correction_id, corrected_kind, corrected_id, correction_reason, reference, proposed_by } = correction;
  const { units, adjustment_amount, currency, replaced_by_id } = correction;
  return {
    ...{ correction_id, corrected_kind, corrected_id, correction_reason, reference, proposed_by },
    ...(units !== null && { units }),
    ...(adjustment_amount !== null && currency !== null && { adjustment_amount, currency }),
    ...(replaced_by_id !== null && { replaced_by_id }),
  };
}
