import type { Clock } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Sender } from '../events/senders.ts';
import { countLoad } from '../metrics.ts';
import { CorruptFile, type Lines, linesOf } from '../object-files/lines.ts';
import type { ObjectFile, ObjectFiles } from '../object-files/object-files.ts';
import type { Destination } from '../rudder/destination.ts';
import { parseJson } from '../rudder/go-text.ts';
import { addCounts, EventLoad, emptyCounts, type LoadCounts, type Loaded, type SizedReceipt } from './event-load.ts';
import { forwardedReceipt } from './forwarded.ts';
import { files } from './landing-tables.ts';
import { LOAD_QUERIES } from './queries.ts';
import { loadWithoutUnloadable, type Selection, selected, unloadableAlert } from './unloadable.ts';
import { takeInstant } from './warehouse-time.ts';

interface LoadFilesOptions {
  readonly clock: Clock;
  readonly destination: Destination;
  readonly sources: readonly Sender[];
  /** The source of events if the path of their file does not contain one. */
  readonly source_id: string;
  readonly onProgress?: (text: string) => void;
}

export interface FilesLoaded extends LoadCounts {
  files_loaded: number;
  /** Files that were already loaded in this version. */
  files_known: number;
  /** Files whose names are not those of event files. */
  files_skipped: number;
  /** Truncated or corrupt files, with the reason; nothing of them was loaded. */
  corrupt_files: { readonly file: string; readonly reason: string }[];
}

/**
 * Loads files of events that RudderStack wrote into the raw tables, each in one transaction together with the record that it
 * was loaded, so never twice or in part. A truncated or corrupt file is recorded with the reason and tried again the next
 * time, and an event that the warehouse does not take is quarantined; all others are loaded, then this throws
 * `InvariantBroken` if there was such an event. Throws `Unavailable` if a file cannot be read; those before it stay loaded.
 */
export async function loadFiles(
  warehouse: Warehouse,
  { from, ...options }: LoadFilesOptions & { from: ObjectFiles },
): Promise<FilesLoaded> {
  const total: FilesLoaded = {
    files_loaded: 0,
    files_known: 0,
    files_skipped: 0,
    ...emptyCounts(),
    corrupt_files: [],
  };
  const unloadable = new Map<string, number>();
  for await (const file of from.list({ onSkipped: () => void total.files_skipped++ })) {
    const file_name = `${from.address}/${file.name}`;
    const load = new FileLoad(file, { ...options, file_name });
    const loaded = await load.run(warehouse);
    if (loaded === 'known') total.files_known++;
    else if ('reason' in loaded) total.corrupt_files.push({ file: file_name, reason: loaded.reason });
    else {
      total.files_loaded++;
      if (loaded.unloadable > 0) unloadable.set(file_name, loaded.unloadable);
      countLoad(loaded);
      addCounts(total, loaded);
    }
    options.onProgress?.(
      `${countOf(total.files_loaded + total.files_known, 'file')}, ${countOf(total.accepted, 'event')} loaded`,
    );
  }
  const alert = unloadableAlert(unloadable);
  if (alert !== undefined) throw new InvariantBroken(alert);
  return total;
}

/** The load of one file. */
class FileLoad {
  readonly #file: ObjectFile;
  readonly #options: LoadFilesOptions & { readonly file_name: string };
  readonly #segmentId: string;

  constructor(file: ObjectFile, options: LoadFilesOptions & { readonly file_name: string }) {
    this.#file = file;
    this.#options = options;
    this.#segmentId = derivedId('file', options.file_name, file.version);
  }

  /** The counts of the file; `known` if it was loaded before; or the reason why it cannot be loaded. */
  async run(warehouse: Warehouse): Promise<Loaded | 'known' | { reason: string }> {
    try {
      return await loadWithoutUnloadable(warehouse, {
        load: async (writer, selection) =>
          (await this.#isLoaded(writer)) ? 'known' : this.#load(writer, { selection, engine: warehouse.engine }),
        key: `file/${this.#segmentId}`,
        eventCount: () => countOfLines(this.#file),
      });
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      await warehouse.transaction((writer) => this.#recordCorrupt(writer, error.message));
      return { reason: error.message };
    }
  }

  async #load(
    writer: WarehouseWriter,
    { selection, engine }: { selection: Selection; engine: Warehouse['engine'] },
  ): Promise<Loaded> {
    const { clock, destination, sources } = this.#options;
    const loadedAt = await takeInstant(writer, clock);
    const load = await EventLoad.begin(writer, {
      segment_id: this.#segmentId,
      loadedAt,
      destination,
      sources,
      engine,
    });
    const lines = linesOf(this.#file);
    await load.run(selected(this.#readReceipts(lines), selection));
    const { sha256 } = lines.stored;
    const counts = await load.finish({ segment_hash: sha256 });
    await this.#record(writer, { outcome: 'landed', segment_hash: sha256, loadedAt });
    return counts;
  }

  async #isLoaded(writer: WarehouseWriter): Promise<boolean> {
    const known = await writer.query(...LOAD_QUERIES.landed_file(this.#options.file_name, this.#file.version));
    return known.length > 0;
  }

  /** Recorded once for each reason, however often the file is tried again. */
  async #recordCorrupt(writer: WarehouseWriter, reason: string): Promise<void> {
    const [known] = await writer.query<{ reason: string | null }>(
      ...LOAD_QUERIES.last_reason_of_file(this.#options.file_name, this.#file.version),
    );
    if (known?.reason !== reason) await this.#record(writer, { outcome: 'quarantined', reason });
  }

  async #record(
    writer: WarehouseWriter,
    { loadedAt, ...what }: { outcome: string; reason?: string; segment_hash?: string; loadedAt?: string },
  ): Promise<void> {
    const { file_name, clock } = this.#options;
    const { version: file_version, byte_count } = this.#file;
    const row: ValueRow = { file_name, file_version, byte_count: BigInt(byte_count), ...what };
    await writer.append(files, [{ ...row, loaded_at: loadedAt ?? (await takeInstant(writer, clock)) }]);
  }

  async *#readReceipts(lines: Lines): AsyncGenerator<[SizedReceipt]> {
    const source_id = this.#file.source_id ?? this.#options.source_id;
    const nowMs = this.#options.clock.now();
    for await (const line of lines) {
      const event = parsed(line);
      if (!isJsonObject(event))
        throw new CorruptFile(`Line ${lines.number} of ${this.#file.name} is not a JSON object.`);
      yield [{ receipt: forwardedReceipt(event, { source_id, nowMs }), byte_count: line.length }];
    }
  }
}

async function countOfLines(file: ObjectFile): Promise<number> {
  let count = 0;
  for await (const _ of linesOf(file)) count++;
  return count;
}

function parsed(line: Buffer): JsonValue | undefined {
  try {
    return parseJson(line.toString());
  } catch {
    return undefined;
  }
}
