import { Conflict, Unavailable } from '../../errors.ts';
import { invariant, present } from '../../invariant.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { CONFLICT, CONFLICT_MARK } from '../client/api-errors.ts';
import type { Jobs } from '../client/jobs.ts';
import { pathOf, quotedPath, type TablePath } from '../schema/names.ts';

/** The engine's own: nobody reads it but transactions, to know whether they were overtaken. */
export const LAST_COMMIT: TableShape = {
  name: 'ledger.last_commit',
  meaning: 'One row: the transaction that committed last, in whatever process. Each transaction replaces it.',
  columns: [
    {
      name: 'transaction_id',
      type: 'string',
      // It is written by a query, whose results may be empty in any column.
      optional: true,
      meaning: 'What the transaction calls itself.',
    },
  ],
};

/** Stands before the first commit. A table without rows would let two first commits pass beside each other. */
const NONE = 'none';

/**
 * Keeps apart the transactions of several processes: one commits only if none has committed since it began, so that what it
 * has read, and decided by, still holds. The row that it checks is the one that it replaces, in the same transaction of
 * BigQuery; of two that do so at once, BigQuery lets one pass.
 */
export class CommitGuard {
  readonly #jobs: Jobs;
  readonly #path: TablePath;
  #seen: string | undefined;

  constructor(jobs: Jobs, address: BigQueryAddress) {
    this.#jobs = jobs;
    this.#path = pathOf(LAST_COMMIT.name, address);
  }

  /** To be awaited before anything is read that the transaction may decide by. */
  async begin(): Promise<void> {
    this.#seen = (await this.#read()) ?? (await this.#first());
  }

  /** Throws `Unavailable` where another transaction has committed already, so that this one cannot. */
  async assertUnchanged(): Promise<void> {
    if ((await this.#read()) !== this.#seen) throw new Unavailable(CONFLICT);
  }

  /** The statements that a commit begins with: they fail where another one came before, and then put its own id there. */
  statements(id: string): string[] {
    const seen = present(this.#seen, 'A transaction that commits has read first which one committed last.');
    const path = quotedPath(this.#path);
    return [
      `select if((select transaction_id from ${path}) = '${seen}', 0, error('${CONFLICT_MARK}'))`,
      `delete from ${path} where true`,
      `insert into ${path} (transaction_id) select '${id}'`,
    ];
  }

  async #first(): Promise<string> {
    try {
      await this.#jobs.queryInto(`select '${NONE}' as transaction_id`, {
        path: this.#path,
        disposition: 'WRITE_EMPTY',
      });
    } catch (error) {
      // Another process was first.
      if (!(error instanceof Conflict)) throw error;
    }
    return present(await this.#read(), `${LAST_COMMIT.name} has no row, though one was written.`);
  }

  async #read(): Promise<string | undefined> {
    const sql = `select transaction_id from ${quotedPath(this.#path)}`;
    const rows = await this.#jobs.rows<{ transaction_id: string }>(sql, []);
    invariant(rows.length <= 1, `${LAST_COMMIT.name} has ${rows.length} rows where one was due.`);
    return rows[0]?.transaction_id;
  }
}
