import { type Selectable, sql } from 'kysely';
import { canonicalJson } from '../../../warehouse/canonical-json.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import { insertable } from '../../../warehouse/operational/insertable.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import type { InstantPayoutLogTable } from '../../../warehouse/operational/payout-tables.ts';
import type { Run } from '../../job.ts';
import { KEY_LIFETIME_MS } from '../payout-life.ts';
import { translateRefusals } from '../payout-log.ts';
import type { InstantRequest } from '../rails/stripe/instant-payouts.ts';

/** Where the instant payout of a payout is. `is_fresh`: its key may still be used, by the store's clock. */
export type InstantStep = Selectable<InstantPayoutLogTable> & { readonly is_fresh: boolean };

/** The last step for a payout; undefined if there is none. */
export function lastInstantStep(operational: Operational, payoutId: string): Promise<InstantStep | undefined> {
  return operational
    .selectFrom('instant_payout_log')
    .selectAll()
    .select(
      sql<boolean>`logged_at > store_clock() - ${sql.lit(KEY_LIFETIME_MS)} * interval '1 millisecond'`.as('is_fresh'),
    )
    .where('payout_id', '=', payoutId)
    .orderBy('entry', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The last step of each of some payouts; one without a step is missing. */
export async function instantStepsOf(
  operational: Operational,
  payoutIds: readonly string[],
): Promise<ReadonlyMap<string, Pick<InstantStep, 'state' | 'reason'>>> {
  const last = new Map<string, Pick<InstantStep, 'state' | 'reason'>>();
  for (const some of insertable(payoutIds)) {
    const steps = await operational
      .selectFrom('instant_payout_log')
      .select(['payout_id', 'state', 'reason'])
      .where('payout_id', 'in', some)
      .orderBy('entry')
      .execute();
    for (const step of steps) last.set(step.payout_id, step);
  }
  return last;
}

/** The request of an intent. Throws `InvariantBroken` if it was edited since it was stored. */
export function requestIn({ payout_id, request, request_hash }: InstantStep): InstantRequest {
  const text = requirePresent(request, `The instant payout of ${payout_id} is stored with its request.`);
  invariant(
    sha256Hex(text) === request_hash,
    `The stored instant payout of ${payout_id} is not what was to be requested; it was not sent.`,
  );
  return JSON.parse(text) as InstantRequest;
}

type Step =
  | { readonly state: 'intent'; readonly request: InstantRequest }
  | { readonly state: 'made'; readonly payout_id_stripe: string }
  | { readonly state: 'declined'; readonly reason: string };

/** Throws `StepRefused` if the step does not follow from those before, such as one of another run, and `LeaseLost`. */
export async function addInstantStep(
  { operational, startedBy, runId }: Run,
  payout_id: string,
  step: Step,
): Promise<void> {
  const text = step.state === 'intent' ? canonicalJson(step.request) : null;
  const row = {
    ...{ payout_id, state: step.state, request: text, request_hash: text === null ? null : sha256Hex(text) },
    reason: step.state === 'declined' ? step.reason : null,
    payout_id_stripe: step.state === 'made' ? step.payout_id_stripe : null,
    ...{ changed_by: startedBy, run_id: runId },
  };
  await translateRefusals(payout_id, { state: 'sent' }, () =>
    operational.insertInto('instant_payout_log').values(row).execute(),
  );
}
