import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actsDe } from '../../../api/portal/words/acts-de.ts';
import { actsEn } from '../../../api/portal/words/acts-en.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const operations = () =>
  Object.entries(api.openapi.paths).flatMap(([path, some]) =>
    Object.entries(some).map(([method, operation]) => ({ method, path, name: `${method} ${path}`, operation })),
  );

describe('the OpenAPI document', () => {
  test('follows the recommended rules of Redocly', async () => {
    // Pixels and probes have no 4xx response.
    const rules = { 'operation-4xx-response': 'off' } as const;
    const config = await createConfig({ extends: ['recommended'], rules });
    const problems = await lintFromString({ source: JSON.stringify(api.openapi), config });
    const found = problems.map(({ severity, ruleId, message, location }) =>
      [severity, ruleId, message, location[0]?.pointer].join(' | '),
    );
    expect(found).toEqual([]);
  });

  test('has version 3.1 and lists every route', () => {
    expect(api.openapi.openapi).toMatch(/^3\.1\./);
    for (const { method, path, name } of operations()) {
      const url = path.replace(/\{(\w+)\}/g, ':$1');
      expect(api.app.hasRoute({ method: method.toUpperCase() as 'GET', url }), name).toBe(true);
    }
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'delete /v1/app-consents/{consent_id}',
      'delete /v1/apps/{app_id}',
      'delete /v1/creators/{creator_id}/members/{person_id}',
      'delete /v1/keys/{api_key_id}',
      'delete /v1/keys/{api_key_id}/former-secret',
      'delete /v1/me/passkeys/{passkey_id}',
      'delete /v1/people/{person}/roles',
      'delete /v1/people/{person}/second-factor',
      'get /health',
      'get /metrics',
      'get /pixel/v1/page',
      'get /pixel/v1/track',
      'get /ready',
      'get /v1/app-consents',
      'get /v1/apps',
      'get /v1/assignees',
      'get /v1/audit-changes',
      'get /v1/audit-log',
      'get /v1/audit-log.csv',
      'get /v1/bank-files',
      'get /v1/bank-files/{file_id}',
      'get /v1/billing-profiles/{party_kind}/{party_id}',
      'get /v1/corrections',
      'get /v1/creators',
      'get /v1/creators/{creator_id}',
      'get /v1/creators/{creator_id}/assets',
      'get /v1/creators/{creator_id}/balances',
      'get /v1/creators/{creator_id}/bank-account',
      'get /v1/creators/{creator_id}/consents',
      'get /v1/creators/{creator_id}/current-payouts',
      'get /v1/creators/{creator_id}/earnings',
      'get /v1/creators/{creator_id}/exceptions',
      'get /v1/creators/{creator_id}/instant-payouts',
      'get /v1/creators/{creator_id}/ledger-accounts',
      'get /v1/creators/{creator_id}/licences',
      'get /v1/creators/{creator_id}/members',
      'get /v1/creators/{creator_id}/payout-account',
      'get /v1/creators/{creator_id}/payout-account/history',
      'get /v1/creators/{creator_id}/payouts',
      'get /v1/creators/{creator_id}/postings',
      'get /v1/creators/{creator_id}/royalties',
      'get /v1/creators/{creator_id}/self-billing-agreements',
      'get /v1/dashboards',
      'get /v1/dashboards/{dashboard}',
      'get /v1/developers/{developer_id}',
      'get /v1/developers/{developer_id}/events',
      'get /v1/developers/{developer_id}/licences',
      'get /v1/developers/{developer_id}/spend',
      'get /v1/documents',
      'get /v1/documents.zip',
      'get /v1/documents/{document_id}',
      'get /v1/events/recent',
      'get /v1/invoices',
      'get /v1/jobs',
      'get /v1/keys',
      'get /v1/marts',
      'get /v1/marts/{mart}',
      'get /v1/me',
      'get /v1/models',
      'get /v1/payout-accounts',
      'get /v1/payouts/{period}',
      'get /v1/payouts/{period}/batches',
      'get /v1/payouts/{period}/lines',
      'get /v1/payouts/{period}/preview',
      'get /v1/people',
      'get /v1/periods',
      'get /v1/periods/{period}',
      'get /v1/periods/{period}/breaks',
      'get /v1/periods/{period}/breaks/{break_id}',
      'get /v1/periods/{period}/exceptions',
      'get /v1/periods/{period}/exceptions/{exception_id}',
      'get /v1/periods/{period}/invoices/status',
      'get /v1/periods/{period}/journal',
      'get /v1/periods/{period}/statements.zip',
      'get /v1/public/assets',
      'get /v1/public/figures',
      'get /v1/public/status',
      'get /v1/quarantine',
      'get /v1/quarantine/events',
      'get /v1/quarantine/events/{message_id}',
      'get /v1/reconciliations/{period}',
      'get /v1/reconciliations/{period}/report/{format}',
      'get /v1/record-holds',
      'get /v1/record-retention',
      'get /v1/runs',
      'get /v1/runs/{run_id}',
      'get /v1/runs/{run_id}/events',
      'get /v1/statements',
      'get /v1/statements/{statement_id}',
      'get /v1/statements/{statement_id}/{format}',
      'get /v1/stores',
      'get /v1/tax/creators-without-form',
      'get /v1/tax/openings',
      'get /v1/tax/payers',
      'get /v1/tax/profiles',
      'get /v1/tax/profiles/{creator_id}',
      'get /v1/tax/profiles/{creator_id}/history',
      'get /v1/tax/settings',
      'get /v1/tax/years/{year}/exports/{form}',
      'get /v1/tax/years/{year}/status',
      'get /v1/traces/{id}',
      'get /v1/webhook',
      'get /version',
      'post /beacon/v1/batch',
      'post /v1/alias',
      'post /v1/apps',
      'post /v1/audiencelist',
      'post /v1/bank-answers',
      'post /v1/bank-files/{file_id}/resolution',
      'post /v1/batch',
      'post /v1/billing-profiles/{party_kind}/{party_id}',
      'post /v1/corrections',
      'post /v1/corrections/approvals',
      'post /v1/corrections/{correction_id}/rejection',
      'post /v1/creators/{creator_id}/bank-account',
      'post /v1/creators/{creator_id}/consents/{consent_receipt_id}/revoke',
      'post /v1/creators/{creator_id}/instant-payouts',
      'post /v1/creators/{creator_id}/members',
      'post /v1/creators/{creator_id}/payout-account',
      'post /v1/creators/{creator_id}/payout-account/links',
      'post /v1/creators/{creator_id}/self-billing-agreements',
      'post /v1/creators/{creator_id}/self-billing-agreements/end',
      'post /v1/group',
      'post /v1/identify',
      'post /v1/import',
      'post /v1/invoices/{invoice_id}/answers',
      'post /v1/invoices/{invoice_id}/cancellation',
      'post /v1/jobs/{job}/runs',
      'post /v1/keys',
      'post /v1/keys/{api_key_id}/rotations',
      'post /v1/me/passkeys',
      'post /v1/me/passkeys/options',
      'post /v1/merge',
      'post /v1/page',
      'post /v1/payouts/{period}/comparison-overrides',
      'post /v1/payouts/{period}/decisions',
      'post /v1/payouts/{period}/reversals',
      'post /v1/people',
      'post /v1/periods/{period}/acknowledgements',
      'post /v1/periods/{period}/break-acknowledgements',
      'post /v1/periods/{period}/breaks/{break_id}/owner',
      'post /v1/periods/{period}/exceptions/{exception_id}/owner',
      'post /v1/periods/{period}/journals/{format}',
      'post /v1/query',
      'post /v1/record-holds',
      'post /v1/record-holds/{hold_id}/release',
      'post /v1/runs/{run_id}/stop',
      'post /v1/screen',
      'post /v1/stripe/webhook',
      'post /v1/stripe/webhook/thin',
      'post /v1/tax/openings',
      'post /v1/tax/openings/{opening_id}/release',
      'post /v1/tax/payers',
      'post /v1/tax/profiles/{creator_id}',
      'post /v1/tax/profiles/{creator_id}/backup-withholding',
      'post /v1/tax/profiles/{creator_id}/erasure',
      'post /v1/tax/profiles/{creator_id}/reveal',
      'post /v1/tax/settings',
      'post /v1/track',
      'post /v1/webhook',
      'put /v1/me/locale',
      'put /v1/me/notices/{kind}',
    ]);
  });

  test('describes every response of the API with a schema, and its errors as problems', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { name, operation } of operations()) {
      const needsKey = operation.security === undefined;
      if (needsKey) {
        expect(operation.responses, name).toHaveProperty('default.$ref', '#/components/responses/Problem');
        expect(operation['x-roles']?.length, name).toBeGreaterThan(0);
      }
      const bodies = Object.values(operation.responses).flatMap(({ content = {} }) => Object.values(content));
      expect(bodies.length, name).toBeGreaterThan(0);
      if (needsKey) for (const { schema } of bodies) expect(() => ajv.compile(schema), name).not.toThrow();
    }
  });

  test('has words in the log for each operation that changes something, in both languages', () => {
    const ids = operations().flatMap(({ method, path, operation }) =>
      method !== 'get' && path.startsWith('/v1/') && operation.security === undefined ? [operation.operationId] : [],
    );
    for (const { of } of [actsEn, actsDe]) expect(ids.filter((id) => of[id] === undefined)).toEqual([]);
    expect(Object.keys(actsDe.of)).toEqual(Object.keys(actsEn.of));
  });

  test('names and groups each operation, and requires nothing that has a default', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const groups = new Set(api.openapi.tags.map(({ name }) => name));
    for (const { name, operation } of operations()) {
      expect(
        operation.tags?.filter((tag) => groups.has(tag)),
        name,
      ).toHaveLength(1);
      const withDefault = (operation.parameters ?? []).filter(({ schema }) => 'default' in schema);
      expect(
        withDefault.filter(({ required }) => required),
        name,
      ).toEqual([]);
    }
    const start = api.openapi.paths['/v1/jobs/{job}/runs']?.post;
    expect(start?.requestBody?.content['application/json']?.schema).not.toHaveProperty('required');
  });
});
