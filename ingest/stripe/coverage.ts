/** A time in which all that was created has been read. */
export interface Reading {
  readonly pulled_from: string;
  readonly pulled_until: string;
}

/** The first instant, from a given one on, that no reading covers. */
export function firstUncovered(from: string, readings: readonly Reading[]): string {
  const earliestFirst = readings.toSorted((a, b) => (a.pulled_from < b.pulled_from ? -1 : 1));
  return earliestFirst.reduce(
    (covered, { pulled_from, pulled_until }) =>
      pulled_from <= covered && pulled_until > covered ? pulled_until : covered,
    from,
  );
}
