import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';

/** A source that may send events, and the name under which they are stored. */
export interface Source {
  readonly source_id: string;
  readonly write_key: string;
  readonly enabled: boolean;
  /** `webhook` for RudderStack's webhook destination; undefined for SDKs. */
  readonly kind?: 'webhook';
  /** The rate limit; undefined for no limit. */
  readonly max_requests_per_s?: number;
}

/** A key is sent in a header of HTTP, and so has only letters, digits and signs of ASCII. */
const ITEM = /^([A-Za-z0-9_-]+)=([!-+\--9;-~]+)((?::[^\s,:]*)*)$/;
const RATE = /^rate=([1-9]\d{0,5})$/;
const SHAPE =
  'name=key, or name=key with the options :disabled, :webhook and :rate=500 (requests a second, up to 999999)';

/**
 * Parses `marketplace=wk_abc:rate=500,tantieme=wk_def,old=wk_x:disabled,plane=wk_y:webhook`. Throws `Rejected` for malformed
 * text and for duplicate names or keys; the message never contains a key.
 */
export function parseSources(text: string): readonly Source[] {
  const sources = text.split(',').map((item, index) => {
    const source = sourceOf(item.trim());
    if (source) return source;
    throw new Rejected(`item ${index + 1} must be ${SHAPE}; items are separated by commas.`);
  });
  sources.forEach(({ source_id, write_key }, index) => {
    const earlier = sources.slice(0, index);
    if (earlier.some((source) => source.source_id === source_id)) {
      throw new Rejected(`there are two sources named ${source_id}.`);
    }
    if (earlier.some((source) => source.write_key === write_key)) {
      throw new Rejected(`${source_id} has the same key as another source.`);
    }
  });
  return sources;
}

/** The source of one item, or undefined if it is malformed or has an option twice. */
function sourceOf(item: string): Source | undefined {
  const [, source_id, write_key, tail = ''] = ITEM.exec(item) ?? [];
  if (source_id === undefined || write_key === undefined) return undefined;
  const options = tail.split(':').slice(1);
  const rate = options.map((option) => RATE.exec(option)?.[1]).find((digits) => digits !== undefined);
  const known = [...new Set(options)].filter((option) => ['disabled', 'webhook', `rate=${rate}`].includes(option));
  if (known.length !== options.length) return undefined;
  return {
    source_id,
    write_key,
    enabled: !known.includes('disabled'),
    ...(known.includes('webhook') && { kind: 'webhook' }),
    ...(rate !== undefined && { max_requests_per_s: Number(rate) }),
  };
}

/** Finds a source by the hash of its key, so that the response time reveals nothing about existing keys. */
export function sourceByKey(sources: readonly Source[]): (writeKey: string) => Source | undefined {
  const byHash = new Map(sources.map((source) => [sha256Hex(source.write_key), source]));
  return (writeKey) => byHash.get(sha256Hex(writeKey));
}
