import { Counter, collectDefaultMetrics, Gauge, Registry, register } from 'prom-client';
import type { Clock } from '../warehouse/clock.ts';
import { backlogOf } from './gateway/readiness.ts';
import type { LoadCounts } from './load/event-load.ts';
import type { Spool } from './spool/spool.ts';

/** What this process has counted since its start, in the terms of Prometheus. */

const accepted = new Counter({
  name: 'tantieme_events_accepted_total',
  help: 'Events that the gateway has acknowledged.',
});
const loaded = new Counter({
  name: 'tantieme_events_loaded_total',
  help: 'Events of committed loads by outcome: landed, duplicate or quarantined.',
  labelNames: ['outcome'],
});
const loads = new Counter({
  name: 'tantieme_loads_total',
  help: 'Segments and files that were loaded, and segments that failed and are tried again.',
  labelNames: ['outcome'],
});

export function countAccepted(events: number): void {
  accepted.inc(events);
}

/** Counts a load that is committed. */
export function countLoad({ landed, duplicates, quarantined }: LoadCounts): void {
  loads.inc({ outcome: 'loaded' });
  loaded.inc({ outcome: 'landed' }, landed);
  loaded.inc({ outcome: 'duplicate' }, duplicates);
  loaded.inc({ outcome: 'quarantined' }, quarantined);
}

export function countFailedLoad(): void {
  loads.inc({ outcome: 'failed' });
}

export interface Metrics {
  readonly contentType: string;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

/** The metrics of this process and of its spool. */
export function metricsOf({ spool, clock }: { readonly spool: Spool; readonly clock: Clock }): Metrics {
  startProcessMetrics();
  const own = new Registry();
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [own],
      collect() {
        this.set(read());
      },
    });
  };
  const backlog = (): ReturnType<typeof backlogOf> => backlogOf(spool.state(), clock);
  gauge('tantieme_backlog_bytes', 'Bytes of events that wait to be loaded.', () => backlog().byte_count);
  gauge('tantieme_backlog_segments', 'Sealed segments that wait to be loaded.', () => backlog().sealed_count);
  gauge(
    'tantieme_backlog_age_seconds',
    'How long the oldest event has waited to be loaded; 0 if none waits.',
    () => (backlog().oldest_age_ms ?? 0) / 1000,
  );
  gauge(
    'tantieme_segments_quarantined',
    'Segments whose bytes differ from those that were acknowledged.',
    () => spool.state().quarantined_count,
  );
  const all = Registry.merge([register, own]);
  return { contentType: all.contentType, text: () => all.metrics() };
}

let isStarted = false;

/** Memory, processor time, garbage collection and the delay of the event loop, measured once in a process. */
function startProcessMetrics(): void {
  if (isStarted) return;
  isStarted = true;
  collectDefaultMetrics();
}
