import { assertWithin } from '../ingest/object-files/places.ts';
import { Rejected } from '../warehouse/errors.ts';
import type { GivenOptions, Job } from './job.ts';

/** The value of the option `within` of a run that an API key has started; stored with the run, so also for one that is resumed. */
const CONFIGURED = 'TANTIEME_INGEST_FROM';

/** Narrows the options of a run that an API key starts to the places that are configured. `addressOf` parses them, and throws `Rejected`. */
export function narrowTo(addressOf: (given: GivenOptions) => string): NonNullable<Job['narrowOptions']> {
  return (given, { ingestFrom }) => {
    assertWithin(addressOf(given), ingestFrom);
    return { ...given, within: CONFIGURED };
  };
}

/** Whether the option `within` confines a run to the places that are configured. Throws `Rejected` for any other value. */
export function requireConfinement(within: string | undefined): boolean {
  if (within !== undefined && within !== CONFIGURED) throw new Rejected(`within can only be ${CONFIGURED}.`);
  return within !== undefined;
}
