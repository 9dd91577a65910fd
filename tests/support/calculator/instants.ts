import type { Random } from '../marketplace/prng.ts';
import type { Closing } from './facts.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** When something happens: mostly in the periods, on few days, so that instants coincide; also before and after them. */
export function instantIn(random: Random, closings: readonly Closing[]): string {
  const start = Date.parse(`${closings[0]?.period}-01T00:00:00.000Z`);
  if (random.chance(0.05)) return at(start - random.pick([1, DAY, 20 * DAY]));
  const month = Date.parse(`${random.pick(closings).period}-01T00:00:00.000Z`);
  if (random.chance(0.08)) return at(month);
  if (random.chance(0.08) && month > start) return at(month - 1);
  return at(month + random.pick([0, 1, 2, 4, 9, 9, 14, 20, 26, 27, 32]) * DAY + random.pick([0, 0, 1, 7200]) * SECOND);
}

/** When it is recorded: mostly soon, or long after, exactly at a cutoff or just before one, or before it is said to happen. */
export function recordedAfter(
  random: Random,
  { timestamp, closings }: { timestamp: string; closings: readonly Closing[] },
): string {
  const happened = Date.parse(timestamp);
  const cutoff = Date.parse(random.pick(closings).cutoff);
  const kind = random.unit();
  if (kind < 0.6) return at(happened + random.pick([0, 1, 300, 3600]) * SECOND);
  if (kind < 0.78) return at(happened + random.pick([10, 25, 35, 60]) * DAY);
  if (kind < 0.86) return at(cutoff);
  if (kind < 0.94) return at(cutoff - 1);
  return at(happened - random.pick([1, 10, 40]) * DAY);
}

function at(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** When an event was received: mostly at once, now and then days later. */
export function receivedAfter(random: Random, timestamp: string): string {
  const days = random.chance(0.3) ? random.between(1, 20) : 0;
  return new Date(Date.parse(timestamp) + days * 86_400_000 + 1000).toISOString();
}
