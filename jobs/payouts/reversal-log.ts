import { type Selectable, sql } from 'kysely';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutReversalLogTable } from '../../warehouse/operational/payout-tables.ts';
import type { Run } from '../job.ts';
import { KEY_LIFETIME_MS } from './payout-life.ts';
import { translateRefusals } from './payout-log.ts';
import type { ReversalRequest } from './rails/stripe/transfer.ts';
import type { TransferredPayout } from './report-reversals.ts';

/** A request that was stored before it is sent. */
interface StoredRequest {
  readonly attempt: number;
  readonly request: ReversalRequest;
}

type Step =
  | { readonly state: 'key_spent'; readonly attempt: number; readonly reason: string }
  | { readonly state: 'made'; readonly attempt: number; readonly reversal_id_stripe: string };

/**
 * The request with which a payout is taken back: the last one as it was stored, while its outcome is unknown and its key is younger than 20 hours
 * by the store's clock; otherwise a new one, stored now under the next key. Throws `StepRefused` if another run was faster, and `LeaseLost`.
 */
export async function requestOf(
  run: Run,
  { payout, sentence }: { payout: TransferredPayout; sentence: string },
): Promise<StoredRequest> {
  const { payout_id, batch_id, transfer_id_stripe } = payout;
  const last = await lastStep(run.operational, payout_id);
  if (last?.state === 'intent' && last.is_fresh) return storedIn(last);
  const attempt = (last?.attempt ?? 0) + 1;
  const key = `${batch_id}/${payout_id}/r${attempt}`;
  const request = { transferId: transfer_id_stripe, key, reason: sentence };
  const text = canonicalJson(request);
  await add(run, payout_id, { state: 'intent', attempt, sentence, request: text, request_hash: sha256Hex(text) });
  return { attempt, request };
}

/** Adds what became of a request. Throws `StepRefused` if another run has added it, and `LeaseLost`. */
export function addOutcome(run: Run, { payout_id }: TransferredPayout, outcome: Step): Promise<void> {
  return add(run, payout_id, outcome);
}

/** The attempt whose outcome is not known, if its request has this key. */
export async function openAttempt(
  operational: Operational,
  { payout_id }: TransferredPayout,
  key: string | null,
): Promise<number | undefined> {
  const last = await lastStep(operational, payout_id);
  return last?.state === 'intent' && storedIn(last).request.key === key ? last.attempt : undefined;
}

type LastStep = Selectable<PayoutReversalLogTable> & { readonly is_fresh: boolean };

function lastStep(operational: Operational, payout_id: string): Promise<LastStep | undefined> {
  return operational
    .selectFrom('payout_reversal_log')
    .selectAll()
    .select(
      sql<boolean>`logged_at > store_clock() - ${sql.lit(KEY_LIFETIME_MS)} * interval '1 millisecond'`.as('is_fresh'),
    )
    .where('payout_id', '=', payout_id)
    .orderBy('entry', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function storedIn({ payout_id, attempt, ...row }: LastStep): StoredRequest {
  const text = requirePresent(row.request, `The reversal ${attempt} of ${payout_id} is stored with its request.`);
  invariant(
    sha256Hex(text) === row.request_hash,
    `The stored reversal ${attempt} of ${payout_id} is not what was to be requested; it was not sent.`,
  );
  return { attempt, request: JSON.parse(text) as ReversalRequest };
}

async function add(
  { operational, startedBy, runId }: Run,
  payout_id: string,
  step: Step | Pick<Selectable<PayoutReversalLogTable>, 'state' | 'attempt' | 'sentence' | 'request' | 'request_hash'>,
): Promise<void> {
  const row = { payout_id, ...step, changed_by: startedBy, run_id: runId };
  await translateRefusals(payout_id, { state: 'reversed' }, () =>
    operational.insertInto('payout_reversal_log').values(row).execute(),
  );
}
