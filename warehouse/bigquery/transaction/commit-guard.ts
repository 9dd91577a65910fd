import { Conflict, Unavailable } from '../../errors.ts';
import { invariant, requirePresent } from '../../invariant.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { CONFLICT, CONFLICT_MARK } from '../client/api-errors.ts';
import type { Jobs } from '../client/jobs.ts';
import { pathOf, quotedPath, type TablePath } from '../schema/names.ts';

/** An internal table of the engine: transactions read it to detect conflicts. */
export const LAST_COMMIT: TableShape = {
  name: 'ledger.last_commit',
  meaning: 'One row: the transaction that committed last, in any process. Each transaction replaces it.',
  columns: [
    {
      name: 'transaction_id',
      type: 'string',
      // It is written by a query, whose result columns are always nullable.
      optional: true,
      meaning: 'The id of the transaction.',
    },
  ],
};

/** The id before the first commit. With an empty table, two concurrent first commits could both succeed. */
const NONE = 'none';

/**
 * An optimistic lock between processes: a transaction commits only if no other has committed since it began, so that what it
 * has read still holds. It checks and replaces one row in a single BigQuery transaction; of two that do so at the same time,
 * BigQuery lets one succeed.
 */
export class CommitGuard {
  readonly #jobs: Jobs;
  readonly #path: TablePath;
  #seen: string | undefined;

  constructor(jobs: Jobs, address: BigQueryAddress) {
    this.#jobs = jobs;
    this.#path = pathOf(LAST_COMMIT.name, address);
  }

  /** Await this before the transaction reads anything. */
  async begin(): Promise<void> {
    this.#seen = (await this.#read()) ?? (await this.#first());
  }

  /** Throws `Unavailable` if another transaction has committed since `begin`. */
  async assertUnchanged(): Promise<void> {
    if ((await this.#read()) !== this.#seen) throw new Unavailable(CONFLICT);
  }

  /** The first statements of a commit: they fail if another transaction has committed since `begin`, then store the new id. */
  statements(id: string): string[] {
    const seen = requirePresent(this.#seen, 'The commit guard must begin before the transaction commits.');
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
      // Another process has just written it.
      if (!(error instanceof Conflict)) throw error;
    }
    return requirePresent(await this.#read(), `${LAST_COMMIT.name} has no row although one was written.`);
  }

  async #read(): Promise<string | undefined> {
    const sql = `select transaction_id from ${quotedPath(this.#path)}`;
    const rows = await this.#jobs.rows<{ transaction_id: string }>(sql, []);
    invariant(rows.length <= 1, `${LAST_COMMIT.name} must have at most one row but has ${rows.length}.`);
    return rows[0]?.transaction_id;
  }
}
