import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import type { DemoOptions } from './options.ts';

/** The loader's counts of the marketplace's events. */
interface LoadedEvents {
  readonly accepted: number;
  readonly landed: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

export interface EventCounts extends LoadedEvents {
  readonly sent: number;
}

/** The start of the counting: the end of the last run that finished. */
interface CountFrom {
  /** The loader's counts at that end. */
  readonly finished: LoadedEvents;
  /** The loader's counts now: events that an interrupted run has sent since then are sent again. */
  readonly now: LoadedEvents;
}

export async function markEvents(warehouse: Warehouse, { folder }: DemoOptions): Promise<CountFrom> {
  const path = markOf(folder);
  const now = await recorded(warehouse);
  const nothing = { accepted: 0, landed: 0, duplicates: 0, quarantined: 0 };
  return { finished: existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as LoadedEvents) : nothing, now };
}

/** Stores where the next run on this folder begins to count. */
export async function markFinished(warehouse: Warehouse, { folder }: DemoOptions): Promise<void> {
  await writeFile(markOf(folder), `${JSON.stringify(await recorded(warehouse))}\n`);
}

function markOf(folder: string): string {
  return join(folder, 'finished.json');
}

/**
 * The counts of this run's events. Events that an interrupted run had already sent belong to the same month and count once:
 * sending them again does not make them duplicates of the marketplace.
 */
export async function countEvents(
  warehouse: Warehouse,
  { sent, before }: { sent: { events: number; accepted: number }; before: CountFrom },
): Promise<EventCounts> {
  const now = await recorded(warehouse);
  const interrupted = before.now.accepted - before.finished.accepted;
  return {
    sent: sent.events,
    accepted: now.accepted - before.finished.accepted - interrupted,
    landed: now.landed - before.finished.landed,
    duplicates: now.duplicates - before.finished.duplicates - interrupted,
    quarantined: now.quarantined - before.finished.quarantined,
  };
}

async function recorded(warehouse: Warehouse): Promise<LoadedEvents> {
  const [row] = await warehouse.query<Record<keyof LoadedEvents, bigint>>(
    `select coalesce(sum(accepted_count), 0) as accepted, coalesce(sum(landed_count), 0) as landed,
       coalesce(sum(duplicate_count), 0) as duplicates, coalesce(sum(quarantined_count), 0) as quarantined
     from landing.loads where source_id = 'marketplace'`,
  );
  const count = (key: keyof LoadedEvents): number => Number(row?.[key] ?? 0n);
  return {
    accepted: count('accepted'),
    landed: count('landed'),
    duplicates: count('duplicates'),
    quarantined: count('quarantined'),
  };
}
