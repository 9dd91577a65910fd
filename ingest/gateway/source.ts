import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { CATALOGUE } from '../events/catalogue.ts';
import { mayKindSend, type Sender, SOURCE_KINDS } from '../events/senders.ts';
import { tableName } from '../rudder/names.ts';

/** A source that may send events, and the name under which they are stored. */
export interface Source extends Sender {
  readonly write_key: string;
  readonly enabled: boolean;
  /** The rate limit; undefined for no limit. */
  readonly max_requests_per_s?: number;
}

/** The source of our own events. */
export const OWN_SOURCE = 'tantieme';

/** A key is sent in a header of HTTP, and so has only letters, digits and signs of ASCII. */
const ITEM = /^([A-Za-z0-9_-]+)=([!-+\--9;-~]+)((?::[^\s,:]*)*)$/;
const RATE = /^rate=([1-9]\d{0,5})$/;
const LIST = /^(events|alone)=([a-z0-9_]+(?:\+[a-z0-9_]+)*)$/;
const SHAPE =
  'name=key, or name=key with the options :disabled, :server, :browser, :webhook or :internal (the kind of source), ' +
  ':events=asset_used+usage_invoiced (all that it may send), :alone=creator_kyc_completed (what no other source may send) ' +
  'and :rate=500 (requests a second, up to 999999)';

/** Each event by the name of its table, as a list of events names it. */
const EVENT_OF: ReadonlyMap<string, string> = new Map(CATALOGUE.map(({ name }) => [tableName(name), name]));

/**
 * Parses `marketplace=wk_abc:rate=500,tantieme=wk_def,old=wk_x:disabled,shop=wk_y:browser`. Throws `Rejected` for malformed
 * text, for duplicate names or keys, and for a list of events that the kind must not send; the message never contains a key.
 */
export function parseSources(text: string): readonly Source[] {
  const sources = text.split(',').map((item, index) => {
    const source = sourceOf(item.trim());
    if (source) return source;
    throw new Rejected(`item ${index + 1} must be ${SHAPE}; items are separated by commas.`);
  });
  sources.forEach((source, index) => {
    const { source_id, write_key } = source;
    const earlier = sources.slice(0, index);
    if (earlier.some((other) => other.source_id === source_id)) {
      throw new Rejected(`there are two sources named ${source_id}.`);
    }
    if (earlier.some((other) => other.write_key === write_key)) {
      throw new Rejected(`${source_id} has the same key as another source.`);
    }
    assertMaySend(source);
  });
  return sources;
}

/** The source of one item, or undefined if it is malformed or has an option twice. */
function sourceOf(item: string): Source | undefined {
  const [, source_id, write_key, tail = ''] = ITEM.exec(item) ?? [];
  if (source_id === undefined || write_key === undefined) return undefined;
  const options = tail.split(':').slice(1);
  const rate = options.map((option) => RATE.exec(option)?.[1]).find((digits) => digits !== undefined);
  const lists = new Map(
    options.flatMap((option): [string, string][] => {
      const [, name, tables] = LIST.exec(option) ?? [];
      return name === undefined || tables === undefined ? [] : [[name, tables]];
    }),
  );
  const kind = SOURCE_KINDS.find((known) => options.includes(known));
  const possible = ['disabled', kind, `rate=${rate}`, ...[...lists].map(([name, tables]) => `${name}=${tables}`)];
  const known = [...new Set(options)].filter((option) => possible.includes(option));
  if (known.length !== options.length) return undefined;
  return {
    source_id,
    write_key,
    enabled: !known.includes('disabled'),
    ...(kind !== undefined ? { kind } : source_id === OWN_SOURCE && { kind: 'internal' }),
    ...Object.fromEntries([...lists].map(([name, tables]) => [name, requireEvents(tables, source_id)])),
    ...(rate !== undefined && { max_requests_per_s: Number(rate) }),
  };
}

function requireEvents(tables: string, source_id: string): readonly string[] {
  return tables.split('+').map((table) => {
    const event = EVENT_OF.get(table);
    if (event !== undefined) return event;
    throw new Rejected(
      `${source_id} lists the event ${table}, which is not in the catalogue; the events are ${[...EVENT_OF.keys()].sort().join(', ')}.`,
    );
  });
}

/** Nobody can make a browser say what it must not: its key is public. Our own source must be able to send our own events. */
function assertMaySend({ source_id, kind = 'server', events, alone = [] }: Source): void {
  if (source_id === OWN_SOURCE && (kind !== 'internal' || events !== undefined)) {
    throw new Rejected(`${OWN_SOURCE} is the source of our own events; remove its kind and its list of events.`);
  }
  const refused = kind === 'browser' ? events?.find((event) => !mayKindSend('browser', event)) : undefined;
  if (refused !== undefined) {
    throw new Rejected(
      `${source_id} is a browser, so its list of events must not contain ${tableName(refused)}: anybody can read its key.`,
    );
  }
  const unsendable = alone.find((event) => !(events?.includes(event) ?? mayKindSend(kind, event)));
  if (unsendable !== undefined) {
    throw new Rejected(
      `${source_id} is to send ${tableName(unsendable)} alone, but may not send it; list it in its events, or give another kind.`,
    );
  }
}

/** Finds a source by the hash of its key, so that the response time reveals nothing about existing keys. */
export function sourceByKey(sources: readonly Source[]): (writeKey: string) => Source | undefined {
  const byHash = new Map(sources.map((source) => [sha256Hex(source.write_key), source]));
  return (writeKey) => byHash.get(sha256Hex(writeKey));
}
