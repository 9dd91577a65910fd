/** An interval of creation times that has been read completely. */
export interface Reading {
  readonly pulled_from_at: string;
  readonly pulled_until_at: string;
}

/** The first instant at or after `from` that no reading covers. */
export function firstUncovered(from: string, readings: readonly Reading[]): string {
  const earliestFirst = readings.toSorted((a, b) => (a.pulled_from_at < b.pulled_from_at ? -1 : 1));
  return earliestFirst.reduce(
    (covered, { pulled_from_at, pulled_until_at }) =>
      pulled_from_at <= covered && pulled_until_at > covered ? pulled_until_at : covered,
    from,
  );
}

/** The earliest instant from which readings cover everything up to `until`. */
export function coveredFrom(until: string, readings: readonly Reading[]): string {
  const latestFirst = readings.toSorted((a, b) => (a.pulled_until_at < b.pulled_until_at ? 1 : -1));
  return latestFirst.reduce(
    (covered, { pulled_from_at, pulled_until_at }) =>
      pulled_until_at >= covered && pulled_from_at < covered ? pulled_from_at : covered,
    until,
  );
}
