import { type Selectable, sql } from 'kysely';
import type { OperationalTables } from '../../../../warehouse/operational/schema.ts';
import type { Transfer } from '../../../support/stripe/objects.ts';
import type { ApprovedLine } from './approved-batch.ts';
import type { Simulation } from './simulation.ts';

interface Entry {
  readonly payout_id: string;
  readonly state: string;
  readonly attempt: number | null;
  readonly logged_at: string;
  readonly run_started_at: string | null;
  readonly transfer_id_stripe: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

const ENDS = ['sent', 'failed', 'cancelled'];
/** What may follow an end. */
const LATER = ['confirmed', 'reversed'];

/** What is wrong after a course, one sentence each. */
export async function faultsOf(simulation: Simulation): Promise<string[]> {
  const { batch, emitted, approved } = simulation;
  const { rows: log } = await sql<Entry>`
    select log.*, runs.started_at as run_started_at
    from payout_log as log left join job_runs as runs on runs.run_id = log.run_id order by entry`.execute(batch.store);
  const outbox = await batch.store.selectFrom('outbox').select(['event', 'message_id', 'properties']).execute();
  const reversals = await batch.store.selectFrom('payout_reversal_log').selectAll().orderBy('entry').execute();
  const ofLine = Map.groupBy(log, (entry) => entry.payout_id);
  const faults = approved.flatMap((line) => {
    const entries = ofLine.get(line.payout_id) ?? [];
    const takenBack = reversals.filter(({ payout_id }) => payout_id === line.payout_id);
    return [
      ...faultsOfLog(entries),
      ...faultsOfRequests(simulation, line, [...entries, ...takenBack]),
      ...faultsOfReversals(simulation, entries, takenBack),
      ...faultsOfTransfers(simulation, line, entries),
      ...faultsOfEvents(line, entries, outbox),
      ...forgotten(simulation, entries),
      ...ignored(simulation, line, entries),
    ].map((fault) => `${line.payout_id}: ${fault}`);
  });
  const known = new Set(outbox.map((event) => event.message_id));
  const strange = emitted.filter(({ messageId }) => !known.has(messageId));
  return [
    ...faults,
    ...strange.map(({ messageId }) => `the event ${messageId} was emitted, but is not in the outbox`),
    ...strangers(simulation),
    ...(await plannedAgain(simulation, ofLine)),
  ];
}

/** Nothing follows an end but what Stripe says about its transfer later. */
function faultsOfLog(entries: readonly Entry[]): string[] {
  const end = entries.findIndex(({ state }) => ENDS.includes(state));
  const after = end < 0 ? [] : entries.slice(end + 1).filter(({ state }) => !LATER.includes(state));
  return after.map(({ state }) => `${state} was logged after ${entries[end]?.state}`);
}

type TakenBack = Pick<
  Selectable<OperationalTables['payout_reversal_log']>,
  'state' | 'attempt' | 'logged_at' | 'request'
>;

/** Every request was preceded by the intent of its attempt, which the key names: `<batch>/<payout>/a<attempt>`, or `r` to take it back. */
function faultsOfRequests(
  { requested }: Simulation,
  { payout_id }: ApprovedLine,
  entries: readonly (Entry | TakenBack)[],
): string[] {
  const intents = entries.filter(({ state }) => state === 'intent');
  return requested.flatMap(({ key, at }) => {
    const [, payout, attempt] = key.split('/');
    if (payout !== payout_id) return [];
    const intent = intents.find(
      (entry) => `${'request' in entry ? 'r' : 'a'}${entry.attempt}` === attempt && Date.parse(entry.logged_at) <= at,
    );
    return intent ? [] : [`${key} was requested before its intent was written`];
  });
}

function faultsOfTransfers(simulation: Simulation, { body }: ApprovedLine, entries: readonly Entry[]): string[] {
  const { madeByHand } = simulation.interference;
  const transfers = simulation.stripe.transfers().filter((each) => each.transfer_group === body.transfer_group);
  const ours = transfers.filter(({ id }) => !madeByHand.has(id));
  const faults: string[] = [];
  const unreversed = ours.filter(({ reversed }) => !reversed);
  if (unreversed.length > 1)
    faults.push(`paid ${unreversed.length} times: ${unreversed.map(({ id }) => id).join(', ')}`);
  for (const transfer of ours)
    if (!isAsApproved(transfer, { body })) faults.push(`${transfer.id} is not what was approved`);
  const sent = entries.filter(({ state }) => state === 'sent');
  for (const { transfer_id_stripe } of sent) {
    if (!transfers.some(({ id }) => id === transfer_id_stripe)) {
      faults.push(`${transfer_id_stripe} was logged as sent, but Stripe does not have it`);
    }
  }
  const [logged] = sent;
  const others = transfers.filter(({ id, reversed }) => !reversed && id !== logged?.transfer_id_stripe);
  // Whoever makes a transfer by hand in the group of a payout while it is requested has paid it twice; the comparison with Stripe finds it.
  const isLoggedByHand = logged !== undefined && madeByHand.has(logged.transfer_id_stripe ?? '');
  const unlogged = isLoggedByHand ? [] : others.filter(({ id }) => !madeByHand.has(id));
  for (const { id } of unlogged) faults.push(`${id} was made, but the log does not say so`);
  return faults;
}

/** What is logged as taken back is so at Stripe, once and as a whole, and ends the payout. */
function faultsOfReversals(
  { stripe }: Simulation,
  entries: readonly Entry[],
  takenBack: readonly TakenBack[],
): string[] {
  const sent = entries.find(({ state }) => state === 'sent');
  const transfer = stripe.transfers().find(({ id }) => id === sent?.transfer_id_stripe);
  const isReversed = entries.some(({ state }) => state === 'reversed');
  const made = takenBack.filter(({ state }) => state === 'made').length;
  const keys = transfer?.reversals.data.flatMap(({ metadata }) => metadata?.idempotency_key ?? []) ?? [];
  return [
    ...(isReversed && !transfer?.reversed ? ['reversed by the log, but not at Stripe'] : []),
    ...(made > 0 && !isReversed ? ['taken back by the log of reversals, but not reversed'] : []),
    ...(made > keys.length ? [`${made} reversals of ours are logged, and Stripe has ${keys.length}`] : []),
    ...(keys.length > 1 ? [`taken back ${keys.length} times: ${keys.join(', ')}`] : []),
  ];
}

/** Nobody is planned again while the transfer of an earlier payout of the month stands. */
async function plannedAgain(
  { batch, approved, stripe }: Simulation,
  ofLine: ReadonlyMap<string, readonly Entry[]>,
): Promise<string[]> {
  const known = new Set(approved.map(({ payout_id }) => payout_id));
  const lines = await batch.store.selectFrom('payout_lines').selectAll().where('reason', '=', 'payable').execute();
  const standing = new Set(stripe.transfers().flatMap(({ id, reversed }) => (reversed ? [] : [id])));
  return lines
    .filter(({ payout_id }) => !known.has(payout_id))
    .flatMap(({ payout_id, creator_id, currency }) => {
      const earlier = approved.filter(({ row }) => row.creator_id === creator_id && row.currency === currency);
      const paid = earlier.flatMap((line) =>
        (ofLine.get(line.payout_id) ?? []).filter(
          ({ state, transfer_id_stripe: id }) => state === 'sent' && id !== null && standing.has(id),
        ),
      );
      return paid.map(({ transfer_id_stripe }) => `${payout_id} was planned although ${transfer_id_stripe} stands`);
    });
}

function isAsApproved(transfer: Transfer, { body }: Pick<ApprovedLine, 'body'>): boolean {
  return (
    transfer.amount === body.amount && transfer.currency === body.currency && transfer.destination === body.destination
  );
}

/** One event for each step that is reported, and none without. */
function faultsOfEvents(
  { payout_id }: ApprovedLine,
  entries: readonly Entry[],
  outbox: readonly { readonly event: string; readonly properties: unknown }[],
): string[] {
  const own = outbox.filter(({ properties }) => (properties as { payout_id?: string }).payout_id === payout_id);
  return Object.entries(EVENTS).flatMap(([name, states]) => {
    const events = own.filter(({ event }) => event === name).length;
    const steps = entries.filter(({ state }) => states.includes(state)).length;
    return events === steps ? [] : [`${events} × ${name} in the outbox for ${steps} steps`];
  });
}

/** The steps that an event reports. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  'Payout Sent': ['sent'],
  'Payout Failed': ['failed'],
  'Payout Changed': ['approved', 'held', 'released', 'cancelled', 'confirmed'],
};

/** Every payout was sent, unless finance has cancelled it. */
function forgotten(simulation: Simulation, entries: readonly Entry[]): string[] {
  const end = entries.find(({ state }) => ENDS.includes(state));
  if (end?.state === 'sent' || (end?.state === 'cancelled' && simulation.has('decision'))) return [];
  if (end) return [`${end.state} without a cause: ${end.reason}`];
  const last = entries.at(-1);
  return [`forgotten: the last entry is ${last?.state} ${last?.reason ?? ''}`];
}

/** How long a run relies on what it has read, and how long its next step may take. */
const NOTICED_MS = 12 * 60_000;

/** No attempt begins against what was known when its run started, or for long; a sender without a lease may have been paused meanwhile. */
function ignored(simulation: Simulation, { creator_id }: ApprovedLine, entries: readonly Entry[]): string[] {
  const known = simulation.facts.against.filter((each) => each.creator_id === creator_id);
  const intents = entries.filter(({ state }) => state === 'intent');
  return intents.flatMap(({ attempt, logged_at, run_started_at }) => {
    const at = Date.parse(logged_at);
    const started = Date.parse(run_started_at ?? '');
    const long = simulation.has('no_lease') ? Number.POSITIVE_INFINITY : NOTICED_MS;
    const ofThen = known.filter(({ from, until }) => (from < started || from + long < at) && at < until);
    return ofThen.map(({ fact }) => `attempt ${attempt} began at ${logged_at} in spite of ${fact}`);
  });
}

/** Transfers of senders outside every approved payout. */
function strangers({ stripe, approved, interference }: Simulation): string[] {
  const groups = new Set(approved.map(({ body }) => body.transfer_group));
  return stripe
    .transfers()
    .filter(({ id, transfer_group }) => !interference.madeByHand.has(id) && !groups.has(transfer_group ?? ''))
    .map(({ id }) => `${id} belongs to no approved payout`);
}
