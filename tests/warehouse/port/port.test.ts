import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { ENGINES, type StartedEngine } from '../engines.ts';
import { amountsIn, model, sums, whole } from '../sums.ts';
import { migrating } from './migrating.ts';
import type { PortUnderTest } from './port-under-test.ts';
import { reading } from './reading.ts';
import { replacing } from './replacing.ts';
import { scratch } from './scratch.ts';
import { steps } from './steps.ts';
import { transactions } from './transactions.ts';
import { views } from './views.ts';

/** The behaviour of every engine; that of only one engine is tested in its own folder. The local BigQuery, which is slow, is tested in a full run. */

describe.each(FULL_RUN ? ENGINES : ENGINES.slice(0, 1))('on $name', (engine) => {
  let started: StartedEngine;
  let warehouse: Warehouse;
  beforeAll(async () => {
    started = await engine.start();
  });
  afterAll(() => started.stop());
  beforeEach(async () => {
    warehouse = await started.open();
    await warehouse.transaction((writer) => writer.migrate([sums, model, whole]));
  });
  afterEach(() => warehouse.close());

  const port: PortUnderTest = {
    get warehouse() {
      return warehouse;
    },
    async reopen() {
      warehouse = await started.open();
    },
    rowsOf: (table, reader = warehouse) => amountsIn(table, reader),
    all: (reader = warehouse) => amountsIn('ledger.sums', reader),
  };
  transactions(port);
  migrating(port);
  reading(port);
  replacing(port);
  steps(port);
  scratch(port);
  views(port);
});
