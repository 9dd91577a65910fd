import { loadSegments } from '../ingest/load/load-segments.ts';
import { relayOutbox } from '../ingest/outbox/emitter.ts';
import { instant } from '../warehouse/clock.ts';
import type { Job, Run } from './job.ts';

export const loadEvents: Job = {
  name: 'load-events',
  meaning: 'Sends what waits in the outbox and lays what the gateway has taken into the raw tables.',
  about: 'everything',
  run: async (run) => ({ ...(await catchUp(run)) }),
};

/** Brings everything that has happened into the warehouse; what asks the warehouse for the present does this first. */
export async function catchUp(
  run: Run,
): Promise<Record<'relayed' | 'accepted' | 'landed' | 'duplicates' | 'quarantined', number>> {
  const { operational, emitter, clock, warehouse, spool, destination } = run;
  let failure: unknown;
  const relayed = await relayOutbox(operational, { emitter, now: () => instant(clock.now()) }).catch(
    (error: unknown) => {
      failure = error;
      return 0;
    },
  );
  // What our gateway has acknowledged does not wait for a data plane elsewhere.
  const loaded = await loadSegments(warehouse, { spool, clock, destination, onProgress: run.progress });
  if (failure !== undefined) throw failure;
  return { relayed, ...loaded };
}
