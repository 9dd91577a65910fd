import type { Clock } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Sender } from '../events/senders.ts';
import { CorruptFile, type Lines, linesOf } from '../object-files/lines.ts';
import type { ObjectFile, ObjectFiles } from '../object-files/object-files.ts';
import type { Destination } from '../rudder/destination.ts';
import { parseJson } from '../rudder/go-text.ts';
import { addCounts, EventLoad, emptyCounts, type LoadCounts, type SizedReceipt } from './event-load.ts';
import { forwardedReceipt } from './forwarded.ts';
import { files } from './landing-tables.ts';
import { LOAD_QUERIES } from './queries.ts';
import { takeInstant } from './warehouse-time.ts';

export interface LoadFilesOptions {
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
 * time; the others are loaded. Throws `Unavailable` if a file cannot be read; the files before it stay loaded.
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
  for await (const file of from.list({ onSkipped: () => void total.files_skipped++ })) {
    const file_name = `${from.address}/${file.name}`;
    const load = new FileLoad(file, { ...options, file_name });
    const loaded = await load.run(warehouse);
    if (loaded === 'known') total.files_known++;
    else if ('reason' in loaded) total.corrupt_files.push({ file: file_name, reason: loaded.reason });
    else {
      total.files_loaded++;
      addCounts(total, loaded);
    }
    options.onProgress?.(
      `${countOf(total.files_loaded + total.files_known, 'file')}, ${countOf(total.accepted, 'event')} loaded`,
    );
  }
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
  async run(warehouse: Warehouse): Promise<LoadCounts | 'known' | { reason: string }> {
    try {
      return await warehouse.transaction(
        async (writer) => ((await this.#isLoaded(writer)) ? 'known' : this.#load(writer, warehouse)),
        { lowMemory: true, key: `file/${this.#segmentId}` },
      );
    } catch (error) {
      const message = damageIn(error);
      if (message === undefined) throw error;
      await warehouse.transaction((writer) => this.#recordCorrupt(writer, message));
      return { reason: message };
    }
  }

  async #load(writer: WarehouseWriter, { engine }: Pick<Warehouse, 'engine'>): Promise<LoadCounts> {
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
    await load.run(this.#receiptsIn(lines));
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

  async *#receiptsIn(lines: Lines): AsyncGenerator<SizedReceipt> {
    const source_id = this.#file.source_id ?? this.#options.source_id;
    const nowMs = this.#options.clock.now();
    for await (const line of lines) {
      const event = parsed(line);
      if (!isJsonObject(event))
        throw new CorruptFile(`Line ${lines.number} of ${this.#file.name} is not a JSON object.`);
      yield { receipt: forwardedReceipt(event, { source_id, nowMs }), byte_count: line.length };
    }
  }
}

/** The defect of the file's content; undefined for any other error. */
function damageIn(error: unknown): string | undefined {
  if (error instanceof CorruptFile) return error.message;
  // An event with some thousand levels can be parsed, but not serialized.
  return error instanceof RangeError && /call stack/.test(error.message)
    ? 'An event in the file is nested too deeply.'
    : undefined;
}

function parsed(line: Buffer): JsonValue | undefined {
  try {
    return parseJson(line.toString());
  } catch {
    return undefined;
  }
}
