import { SOURCE_KINDS } from '../../ingest/events/senders.ts';
import { checkEvents } from '../../ingest/load/check-events.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { oneOf } from './acts.ts';
import type { Act } from './command.ts';
import { textOfFile } from './read-file.ts';

/** Checks the events of a file by themselves. Opens no store, so that anyone who sends events can run it. */
const check: Act = async (args, context) => {
  const [file] = args.require('The file');
  const given = args.option('source-kind') ?? 'server';
  const kind = SOURCE_KINDS.find((known) => known === given);
  if (!kind)
    throw new Rejected(`--source-kind must be one of ${SOURCE_KINDS.join(', ')}, not ${JSON.stringify(given)}.`);
  const checked = checkEvents(await textOfFile(file, context), { kind, clock: context.clock });
  const { event_count, quarantined_count } = checked;
  if (event_count === 0) throw new Rejected(`${file} has no event in it.`);
  return {
    value: { ...checked },
    ...(quarantined_count > 0 && {
      failure: `${quarantined_count} of ${countOf(event_count, 'event')} would be quarantined, for the reasons listed above.`,
    }),
  };
};

export const events: Act = oneOf({ check });
