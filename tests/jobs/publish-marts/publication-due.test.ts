import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isPublicationDue, publishMarts } from '../../../jobs/publish-marts/publish-marts.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(() => harness.services.operational.deleteFrom('job_runs').execute());

const at = (time: string): string => `2026-02-02T${time}:00.000Z`;

async function ran(job: string, state: 'done' | 'failed', time: string): Promise<void> {
  await harness.services.operational
    .insertInto('job_runs')
    .values({
      ...{ run_id: `run_${job}_${time}`, job, period: '', state, started_by: 'schedule', started_at: at(time) },
      ...{ lease_expires_at: at(time), finished_at: at(time), progress: null, outcome: null, error: null },
      ...{ options: null, interrupted_at: null },
    })
    .execute();
}

const isDueAt = (time: string): Promise<boolean> => {
  harness.setTime(at(time));
  return isPublicationDue(harness.services);
};

test('a publication is due at first, after a build, and an hour after the last one', async () => {
  expect(await isDueAt('04:00')).toBe(true);
  await ran(publishMarts.name, 'done', '04:00');
  expect(await isDueAt('04:59')).toBe(false);
  expect(await isDueAt('05:00')).toBe(true);
  await ran('build-period', 'done', '04:30');
  expect(await isDueAt('04:31')).toBe(true);
});

test('a publication that failed is tried again after a quarter of an hour', async () => {
  await ran(publishMarts.name, 'failed', '04:00');
  expect(await isDueAt('04:14')).toBe(false);
  expect(await isDueAt('04:15')).toBe(true);
  await ran(publishMarts.name, 'done', '04:05');
  await ran('build-period', 'done', '04:06');
  expect(await isDueAt('04:07')).toBe(true);
});

test('where BI tools read views, a publication is due after each closing alone', async () => {
  const { services } = harness;
  const { files: _, ...warehouse } = services.warehouse;
  const isDue = (time: string): Promise<boolean> => {
    harness.setTime(at(time));
    return isPublicationDue({ ...services, warehouse });
  };
  await ran('build-period', 'done', '03:00');
  await ran('close-period', 'failed', '03:30');
  expect(await isDue('04:00')).toBe(false);
  await ran('close-period', 'done', '04:00');
  expect(await isDue('04:01')).toBe(true);
  await ran(publishMarts.name, 'done', '04:01');
  expect(await isDue('09:00')).toBe(false);
});
