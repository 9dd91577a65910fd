import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { type MadeKey, makeKey } from '../../api/auth/key-secret.ts';
import { createKey, type KeyRole } from '../../api/auth/keys.ts';
import type { SignIn } from '../../api/auth/sign-in.ts';
import { type Config, readConfig } from '../../api/boot/config.ts';
import { openServices } from '../../api/boot/services.ts';
import { buildApp } from '../../api/http/app.ts';
import type { Services } from '../../jobs/job.ts';
import type { Mail } from '../../jobs/mail/mail.ts';
import { stopRuns } from '../../jobs/stop-runs.ts';
import { builtTableOf } from '../../transforms/engine/model.ts';
import { balances } from '../../transforms/marts/balances.ts';
import { breaks } from '../../transforms/marts/breaks.ts';
import { periodTotals } from '../../transforms/marts/period_totals.ts';
import { postings } from '../../transforms/marts/postings.ts';
import { reconciliations } from '../../transforms/marts/reconciliations.ts';
import { saleAllocations } from '../../transforms/marts/sale_allocations.ts';
import { suspendedFacts } from '../../transforms/marts/suspended_facts.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { copyFreshStore } from '../warehouse/operational/fresh-store.ts';
import { BREAK, MOVEMENTS, SUSPENDED, TOTALS } from './january-rows.ts';
import { sharedStores } from './shared-stores.ts';
import { testSignIn } from './test-sign-in.ts';

/** Two days after January ended. */
export const NOW = Date.parse('2026-02-02T06:00:00Z');

export type As = KeyRole | 'command line' | 'nobody';

export interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>>;
}

interface Operation {
  readonly operationId: string;
  readonly 'x-roles'?: readonly string[];
  readonly 'x-permission'?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly required?: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }>; description?: string }>;
}

export interface TestApi {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly signIn: SignIn;
  /** The mail that was sent. */
  readonly mails: readonly Mail[];
  readonly openapi: Document;
  /** The key of the command line. */
  readonly ownKey: string;
  /** The key of a role; undefined for nobody. */
  readonly keyOf: (as: As) => string | undefined;
  /** The id of the key of a role. */
  readonly keyId: (role: KeyRole) => string;
  /** Sends a request in a role. A JSON response must match the OpenAPI document. */
  request(as: As, url: string, more?: Omit<InjectOptions, 'url'>): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/**
 * A data folder, which the caller removes, and a configuration with the warehouse in memory. The control store is a copy of
 * an empty one, which opens several times faster than one in memory.
 */
export async function folderAndConfig(
  more: Record<string, string> = {},
  { hasStore = more.OPERATIONAL_URL === undefined } = {},
): Promise<{ folder: string; config: Config }> {
  const folder = await mkdtemp(join(tmpdir(), 'tantieme-api-'));
  const config = readConfig({
    TANTIEME_DATA_DIR: folder,
    WAREHOUSE_URL: 'duckdb::memory:',
    RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace,tantieme=wk_tantieme',
    PORT: '0',
    // A thread would take longer to start than it takes to render the few statements of a test.
    TANTIEME_RENDER_THREADS: '0',
    ...more,
  });
  if (hasStore) await copyFreshStore(join(folder, 'operational'));
  return { folder, config };
}

/** The same for every application: making it takes a third of the time of opening one, and compiling its schemas as much again. */
let document: Document | undefined;

/** The API on real stores, those that the files of a worker share, with a key for every role; the role `creator` is `cr_ada`. */
export async function openTestApi(more: Record<string, string> = {}): Promise<TestApi> {
  const { folder, config } = await folderAndConfig(more, { hasStore: false });
  const stores = await sharedStores();
  const { services, sources, close } = await openServices(config, { clock: { now: () => NOW }, stores });
  const { signIn, mails } = testSignIn(services, undefined, config.sso);
  const ownKey = makeKey();
  const { trustedProxies } = config;
  const app = buildApp({ services, sources, signIn, ownKey, trustedProxies });
  const keys = await keysOf(services, ownKey);
  await app.ready();
  document ??= (await app.inject('/openapi.json')).json<Document>();
  const openapi = document;
  return {
    app,
    services,
    signIn,
    mails,
    openapi,
    ownKey: ownKey.key,
    keyOf: (as) => keys.get(as),
    keyId: (role) => `key_${keys.get(role)?.split('_')[1]}`,
    async request(as, url, more = {}) {
      const key = keys.get(as);
      const headers = { ...(key && { authorization: `Bearer ${key}` }), ...more.headers };
      const response = await app.inject({ ...more, url, headers });
      assertMatchesDocument(openapi, response);
      return response;
    },
    async close() {
      await app.close();
      await stopRuns(services, { graceMs: 10_000, unwindMs: 10_000 });
      await close();
      await stores[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function keysOf(services: Services, ownKey: MadeKey): Promise<Map<As, string>> {
  const make = (role: KeyRole, creatorId?: string) => createKey(services, { role, name: `the ${role}`, creatorId });
  return new Map<As, string>([
    ['creator', await make('creator', 'cr_ada')],
    ['developer', await createKey(services, { role: 'developer', name: 'the developer', developerId: 'dev_1' })],
    ['finance', await make('finance')],
    ['analyst', await make('analyst')],
    ['operator', await make('operator')],
    ['command line', ownKey.key],
  ]);
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** The response is one that the document has for its operation; problems are problems. */
export function assertMatchesDocument({ paths, components }: Document, response: LightMyRequestResponse): void {
  const type = String(response.headers['content-type']).split(';')[0] ?? '';
  if (!type.endsWith('json')) return;
  if (response.statusCode >= 400) {
    const problem = components.responses?.Problem as { content: Record<string, { schema: object }> };
    assertMatches(requirePresent(problem.content[type], `${type} for a problem`).schema, response);
    return;
  }
  const { method = 'GET', url = '' } = response.raw.req as unknown as { method?: string; url?: string };
  const path = url.split('?')[0] ?? '';
  const template = Object.keys(paths).find((each) => new RegExp(`^${each.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  if (template === undefined) return;
  const answer = paths[template]?.[method.toLowerCase()]?.responses[response.statusCode];
  const missing = `${method} ${template} has no answer ${response.statusCode} ${type}`;
  assertMatches(requirePresent(answer?.content?.[type], missing).schema, response);
}

function assertMatches(schema: object, response: LightMyRequestResponse): void {
  const validate = ajv.compile(schema);
  invariant(validate(response.json()), `${ajv.errorsText(validate.errors)} in ${response.body.slice(0, 500)}`);
}

/** Fills the marts: two creators, a closed period and an open one. */
export async function fillMarts({ warehouse }: Services): Promise<void> {
  const rows = ['cr_ada', 'cr_ben'].flatMap((creator_id) => [1, 2, 3].map((number) => allocation(creator_id, number)));
  await warehouse.transaction(async (writer) => {
    await writer.append(builtTableOf(saleAllocations), rows);
    await writer.append(builtTableOf(balances), [balance('cr_ada'), balance('cr_ben')]);
    await writer.append(builtTableOf(postings), ['cr_ada', 'cr_ben'].flatMap(postingsOf));
    await writer.append(builtTableOf(periodTotals), [TOTALS]);
    await writer.append(builtTableOf(suspendedFacts), SUSPENDED);
    await writer.append(reconciliations, [MOVEMENTS]);
    await writer.append(breaks, [BREAK]);
  });
}

/** The second one is of a refund, the third is in the next period. */
function allocation(creator_id: string, number: number): Row<typeof saleAllocations> {
  const sign = number === 2 ? '-' : '';
  return {
    period: number === 3 ? '2026-02' : '2026-01',
    movement_id: `sale_${number}`,
    creator_id,
    movement_kind: number === 2 ? 'refund' : 'earning',
    sale_id: `sale_${number}`,
    asset_id: 'asset_1',
    developer_id: 'dev_1',
    license_type: 'one_time',
    terms_id: 'terms_1',
    currency: 'USD',
    fee_bps: 2000n,
    share_bps: 10_000n,
    gross_amount: `${sign}12.5`,
    royalty_amount: `${sign}10.000000001`,
    earned_period: '2026-01',
    occurred_at: '2026-01-05T10:00:00.123Z',
  };
}

function balance(creator_id: string): Row<typeof balances> {
  return {
    period: '2026-01',
    creator_id,
    currency: 'USD',
    opening_minor: 0n,
    earnings_minor: 1000n,
    refunds_minor: 1000n,
    adjustments_minor: -9_007_199_254_740_993n,
    ...{ withheld_minor: 0n, payouts_minor: 0n, payout_reversals_minor: 0n },
    closing_minor: -9_007_199_254_740_993n,
    ...{ held_minor: 0n, paid_ahead_minor: 0n },
    minimum_minor: 1000n,
    payable_minor: 0n,
    payout_reason: 'negative_balance',
    account_id_stripe: null,
    carried_in_exact: '0',
    carried_out_exact: '0.000000001',
  };
}

/** The postings behind the balance of a creator. */
function postingsOf(creator_id: string): Row<typeof postings>[] {
  const journal = {
    journal_id: `dispute_${creator_id}`,
    period: '2026-01',
    journal_kind: 'lost_dispute',
    journal_on: '2026-01-30',
    source_reference: `dispute_${creator_id}`,
    currency: 'USD',
  };
  return (['creators_payable', 'buyers_receivable'] as const).map((account) => ({
    ...journal,
    account,
    account_owner_id: creator_id,
    posting_amount: `${account === 'creators_payable' ? '' : '-'}90071992547409.93`,
  }));
}
