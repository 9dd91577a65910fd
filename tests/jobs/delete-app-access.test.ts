import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteAppAccess } from '../../jobs/delete-app-access.ts';
import { runJob } from '../../jobs/run-job.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());

test('expired tokens of apps go, and what was allowed an app that has none left; the rest stays', async () => {
  const { operational, clock } = harness.services;
  const ago = (days: number) => instant(clock.now() - days * DAY_MS);
  const person_id = 'person_1';
  await operational
    .insertInto('people')
    .values({
      ...{ id: person_id, name: 'Ada', email: 'ada@example.com', email_verified: true, image: null },
      ...{ created_at: ago(9), updated_at: ago(9) },
    })
    .execute();
  await operational
    .insertInto('apps')
    .values({
      ...{ app_id: 'app_1', name: 'Ledgerly', secret_hash: null, auth_method: 'none' as const },
      ...{ redirect_uris: '[]', scopes: '[]', grant_types: '[]', created_by: 'test', created_at: ago(9) },
      ...{ revoked_by: null, revoked_at: null },
    })
    .execute();
  const allowed = { app_id: 'app_1', person_id, scopes: '[]' };
  const consent = (account: string, days: number) => ({
    ...{ ...allowed, id: account, account, created_at: ago(9), updated_at: ago(days) },
  });
  const token = (account: string, expires_at: string) => ({
    ...{ ...allowed, id: account, token_hash: account, account, created_at: ago(9), expires_at },
  });
  await operational
    .insertInto('app_consents')
    .values([consent('refreshed', 5), consent('ended', 5), consent('just-allowed', 0)])
    .execute();
  await operational
    .insertInto('app_access_tokens')
    .values([token('refreshed', ago(1)), token('ended', ago(1))])
    .execute();
  await operational
    .insertInto('app_refresh_tokens')
    .values([
      { ...token('refreshed', ago(-20)), revoked_at: null },
      { ...token('ended', ago(1)), revoked_at: null },
    ])
    .execute();
  const outcome = await runJob(harness.services, { job: deleteAppAccess, startedBy: 'schedule' });
  expect(outcome).toEqual({ token_count: 3, consent_count: 1 });
  const left = await operational.selectFrom('app_consents').select('account').orderBy('account').execute();
  expect(left.map(({ account }) => account)).toEqual(['just-allowed', 'refreshed']);
});
