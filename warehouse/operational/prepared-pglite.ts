import { PGlite, type PGliteOptions, parse, protocol, type Results, type Transaction } from '@electric-sql/pglite';
import { invariant, requirePresent } from '../invariant.ts';

const { serialize } = protocol;

/** A statement that PostgreSQL has parsed, with the types of its parameters. */
interface Prepared {
  readonly name: string;
  readonly types: readonly number[];
  runs: number;
}

/** Statements that leave tables as they are; all others may change what a parsed statement reads. */
const OF_ROWS = /^\s*(?:select|insert|update|delete|with|set|savepoint|release|rollback)\b/i;

/** How many parsed statements are kept. */
const MOST_PREPARED = 300;

/** How often a statement is run before it is parsed again: PostgreSQL keeps the plan that it made while a table was small. */
const MOST_RUNS = 1_000;

/** `feature_not_supported`, here as "cached plan must not change result type": https://www.postgresql.org/docs/18/errcodes-appendix.html */
const PLAN_OUTDATED = '0A000';

/**
 * PGlite that parses each statement once, as clients of a PostgreSQL server can: parsing and planning takes most of the time of a small
 * statement. Its own `query` does so each time, and calls into WebAssembly for each of the six messages of a statement.
 */
export class PreparedPGlite extends PGlite {
  /** By their text; those that were used last are last. */
  readonly #prepared = new Map<string, Prepared>();
  /** The messages by which PostgreSQL drops statements, to be sent with the next one. */
  #closing: Uint8Array[] = [];
  #count = 0;
  /** Whether the transaction may have changed a table, which its end may take back: none of its statements is kept. */
  #isChanging = false;

  static async open(options: PGliteOptions): Promise<PreparedPGlite> {
    const opened = new PreparedPGlite(options);
    await opened.waitReady;
    return opened;
  }

  override async query<T>(text: string, values: unknown[] = []): Promise<Results<T>> {
    await this._checkReady();
    return this._runExclusiveTransaction(async () => {
      this.#isChanging = false;
      const results = await this.#run<T>(text, values).catch((error: { code?: string }) => {
        // A table was changed by `exec`, which does not come by here. The statement is forgotten, and has done nothing.
        if (error.code !== PLAN_OUTDATED) throw error;
        return this.#run<T>(text, values);
      });
      await this.syncToFs();
      return results;
    });
  }

  override transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return super.transaction((transaction) => {
      this.#isChanging = false;
      const query = async <R>(text: string, values: unknown[] = []): Promise<Results<R>> => {
        // It would be run by itself, or in the transaction that comes next.
        invariant(!transaction.closed, 'A statement is run in a transaction that has ended.');
        return this.#run<R>(text, values);
      };
      return work(Object.create(transaction, { query: { value: query } }));
    });
  }

  #run<T>(text: string, values: readonly unknown[]): Promise<Results<T>> {
    return this._runExclusiveQuery(async () => {
      const { name, types } = await this.#prepare(text);
      const written = values.map((value, at) => {
        if (value === null || value === undefined) return null;
        return this.serializers[types[at] ?? 0]?.(value) ?? String(value);
      });
      try {
        const messages = await this.#send(
          serialize.bind({ statement: name, values: written }),
          serialize.describe({ type: 'P' }),
          serialize.execute(),
        );
        return parse.parseResults(messages, this.parsers)[0] as Results<T>;
      } catch (error) {
        if ((error as { code?: string }).code === PLAN_OUTDATED) this.#forget([text]);
        throw error;
      } finally {
        this.#isChanging ||= !OF_ROWS.test(text);
        if (this.#isChanging) this.#forget(this.#prepared.keys());
      }
    });
  }

  async #prepare(text: string): Promise<Prepared> {
    if (this.#prepared.get(text)?.runs === MOST_RUNS) this.#forget([text]);
    const known = this.#prepared.get(text);
    this.#prepared.delete(text);
    if (this.#prepared.size >= MOST_PREPARED) this.#forget(this.#prepared.keys().take(1));
    const prepared = known ?? (await this.#parse(text));
    prepared.runs++;
    this.#prepared.set(text, prepared);
    return prepared;
  }

  async #parse(text: string): Promise<Prepared> {
    const name = `s${++this.#count}`;
    const messages = await this.#send(serialize.parse({ text, name }), serialize.describe({ type: 'S', name }));
    return { name, types: parse.parseDescribeStatementResults(messages), runs: 0 };
  }

  #forget(texts: Iterable<string>): void {
    for (const text of texts) {
      const { name } = requirePresent(this.#prepared.get(text), 'Only what was parsed is forgotten.');
      this.#prepared.delete(text);
      this.#closing.push(serialize.close({ type: 'S', name }));
    }
  }

  /** In one call; after an error PostgreSQL ignores all up to the sync. */
  #send(...messages: Uint8Array[]): ReturnType<PGlite['execProtocolStream']> {
    const all = Buffer.concat([...this.#closing, ...messages, serialize.sync()]);
    this.#closing = [];
    return this.execProtocolStream(all, { syncToFs: false });
  }
}
