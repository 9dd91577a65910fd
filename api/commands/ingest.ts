import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { forwardedReceipt } from '../../ingest/forwarded.ts';
import { identified } from '../../ingest/gateway/batch.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { BY, type Command } from './command.ts';

/** Events that become durable together. */
const EVENTS_AT_ONCE = 1000;

/** Takes files of events that RudderStack wrote, as if the gateway had; the same file again brings nothing new. */
export const ingest: Command = {
  usage: 'ingest FILE… [--source NAME] [--by NAME]',
  meaning: 'loads files of RudderStack events, one JSON object a line, as they are or gzipped (.gz)',
  options: { source: { type: 'string' }, ...BY },
  async run(args, { open, clock, progress }) {
    const files = args.several('The file');
    const sourceId = args.option('source') ?? 'import';
    // A file with a line that is no event is refused whole, before any of it is taken.
    for (const file of files) for await (const _ of eventsIn(file));
    const access = await open();
    const { spool } = access.stores('Files cannot be taken in');
    let taken = 0;
    for (const file of files) {
      let lines: string[] = [];
      const keep = async (): Promise<void> => {
        await spool.append(lines);
        taken += lines.length;
        lines = [];
        if (taken % (10 * EVENTS_AT_ONCE) === 0) progress(`${taken} events taken`);
      };
      for await (const event of eventsIn(file)) {
        lines.push(JSON.stringify(forwardedReceipt(event, { source_id: sourceId, nowMs: clock.now() })));
        if (lines.length === EVENTS_AT_ONCE) await keep();
      }
      await keep();
      progress(`${file} taken`);
    }
    return { value: { files: files.length, taken, ...(await access.run({ job: loadEvents, by: args.person() })) } };
  },
};

/** The events of a file. Throws `Rejected` with the line that is none. */
async function* eventsIn(file: string): AsyncGenerator<JsonObject> {
  const raw = createReadStream(file);
  // pipeline hands an error of the file on to whoever reads.
  const input = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() !== '') yield eventOf(text);
    }
  } catch (error) {
    const place = error instanceof Rejected || error instanceof SyntaxError ? `${file}, line ${line}` : file;
    throw new Rejected(`${place} cannot be taken: ${messageOf(error)}`);
  }
}

function eventOf(text: string): JsonObject {
  const event = JSON.parse(text) as JsonValue;
  if (!isJsonObject(event)) throw new Rejected('it is not a JSON object.');
  return identified(event);
}
