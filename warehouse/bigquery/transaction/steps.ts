import { invariant } from '../../invariant.ts';
import { isStep, missingStep } from '../../steps.ts';
import type { Table } from '../../vocabulary/tables.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { Jobs } from '../client/jobs.ts';
import { bigQueryType } from '../client/types.ts';
import { quoted, type TablePath } from '../schema/names.ts';
import type { ScratchDataset } from './scratch-dataset.ts';

/** The steps of a transaction: scratch tables that are never published. */
export class Steps {
  readonly #scratch: ScratchDataset;
  readonly #jobs: Jobs;
  readonly #tables = new Map<string, TablePath>();

  constructor(scratch: ScratchDataset, jobs: Jobs) {
    this.#scratch = scratch;
    this.#jobs = jobs;
  }

  /** The scratch table of a step; undefined for any other table. Throws `InvariantBroken` if the step was not created. */
  resolve(name: string): TablePath | undefined {
    if (!isStep(name)) return undefined;
    const path = this.#tables.get(name);
    if (!path) throw missingStep(name);
    return path;
  }

  /** The names in `select` are already resolved. Returns the number of rows. */
  async create(step: Table, select: string): Promise<number> {
    assertStep(step);
    const path = await this.#scratch.newPath();
    const rows = await this.#jobs.queryInto(`select ${castColumns(step)} from (\n${select}\n) as step`, {
      path,
      layout: step.layout,
      disposition: 'WRITE_EMPTY',
    });
    this.#tables.set(step.name, path);
    return rows;
  }

  async createEmpty(steps: readonly Table[]): Promise<void> {
    await inParallel(steps, async (step) => {
      assertStep(step);
      this.#tables.set(step.name, await this.#scratch.makeTable(step));
    });
  }
}

function assertStep({ name, layout }: Table): void {
  invariant(isStep(name), `${name} cannot be created as a step: its name must be steps.<name>.`);
  invariant(layout?.partitionBy === undefined, `The step ${name} cannot be partitioned.`);
}

function castColumns({ columns }: Table): string {
  return columns
    .map(({ name, type }) => `cast(${quoted(name)} as ${bigQueryType(type)}) as ${quoted(name)}`)
    .join(', ');
}
