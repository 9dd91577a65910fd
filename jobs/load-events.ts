import { loadSegments } from '../ingest/load/load-segments.ts';
import { relayOutbox } from '../ingest/outbox/emitter.ts';
import { instant } from '../warehouse/clock.ts';
import type { Job, Run } from './job.ts';

export const loadEvents: Job = {
  name: 'load-events',
  meaning: 'Sends the events in the outbox and loads the events received by the gateways into the raw tables.',
  about: 'everything',
  run: async (run) => ({ ...(await catchUp(run)) }),
};

/** Sends the events in the outbox as far as that is possible now: what cannot be sent, the next job that needs it sends. */
export async function relayIfPossible({ operational, emitter, clock }: Run): Promise<void> {
  await relayOutbox(operational, { emitter, now: () => instant(clock.now()) }).catch(() => undefined);
}

/** Loads all pending events into the warehouse; every job that needs the current state runs this first. */
export async function catchUp(
  run: Run,
): Promise<Record<'relayed' | 'accepted' | 'landed' | 'duplicates' | 'quarantined', number>> {
  const { operational, emitter, clock, warehouse, spool, gatewaySpools, segmentLoader, destination, sources } = run;
  let failure: unknown;
  const relayed = await relayOutbox(operational, { emitter, now: () => instant(clock.now()) }).catch(
    (error: unknown) => {
      failure = error;
      return 0;
    },
  );
  // Events that our gateway has acknowledged are loaded even if the outbox cannot be sent.
  const from = { spool, gatewaySpools, segmentLoader };
  const loaded = await loadSegments(warehouse, { ...from, clock, destination, sources, onProgress: run.progress });
  if (failure !== undefined) throw failure;
  return { relayed, ...loaded };
}
