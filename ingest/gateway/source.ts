import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';

/** Who may send events, and under which name they are kept. */
export interface Source {
  readonly source_id: string;
  readonly write_key: string;
  readonly enabled: boolean;
}

const ITEM = /^([A-Za-z0-9_-]+)=([^\s,:]+)(:disabled)?$/;

/**
 * Reads `marketplace=wk_abc,tantieme=wk_def,old=wk_x:disabled`. Throws `Rejected` for anything malformed, and for a name
 * or a key that comes twice; keys are never repeated in the sentence.
 */
export function parseSources(text: string): readonly Source[] {
  const sources = text.split(',').map((item, index): Source => {
    const [, source_id, write_key, disabled] = ITEM.exec(item.trim()) ?? [];
    if (source_id === undefined || write_key === undefined) {
      throw new Rejected(
        `The write keys cannot be read: item ${index + 1} is not name=key or name=key:disabled, separated by commas.`,
      );
    }
    return { source_id, write_key, enabled: disabled === undefined };
  });
  sources.forEach(({ source_id, write_key }, index) => {
    const earlier = sources.slice(0, index);
    if (earlier.some((source) => source.source_id === source_id)) {
      throw new Rejected(`The write keys cannot be read: the source ${source_id} is named twice.`);
    }
    if (earlier.some((source) => source.write_key === write_key)) {
      throw new Rejected(`The write keys cannot be read: ${source_id} has the key of another source.`);
    }
  });
  return sources;
}

/** Finds a source by its key through a hash, so that the time taken tells nothing about the keys that exist. */
export function sourceByKey(sources: readonly Source[]): (writeKey: string) => Source | undefined {
  const byHash = new Map(sources.map((source) => [sha256Hex(source.write_key), source]));
  return (writeKey) => byHash.get(sha256Hex(writeKey));
}
