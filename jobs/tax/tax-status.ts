import type { Transaction } from 'kysely';
import { taxStatusChanged } from '../../ingest/events/tax.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import type { TaxFacts } from '../../ingest/tax/tax-facts.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import { formsInForce } from './forms-in-force.ts';

export type OperationalTransaction = Transaction<OperationalTables>;

interface StatusReport {
  readonly creatorId: string;
  /** What has changed the status, which is reported once: `['profile', 'w9', '2']`. */
  readonly cause: readonly string[];
  readonly occurredAt: string;
}

/** Reports the tax status of a creator as it is in this transaction, which has changed it. */
export async function reportTaxStatus(transaction: OperationalTransaction, report: StatusReport): Promise<void> {
  const { creatorId, cause, occurredAt } = report;
  const inForce = (await formsInForce(transaction, creatorId)).find(({ regime }) => regime === 'us');
  const isOn = await isBackupWithheld(transaction, creatorId);
  await enqueueEvent(transaction, {
    declaration: taxStatusChanged,
    properties: { creator_id: creatorId, ...propertiesOf(inForce?.facts, isOn) },
    messageId: derivedId('tax', creatorId, ...cause),
    occurredAt,
  });
}

type Form = 'w9' | 'w8ben' | 'w8bene';

function propertiesOf(facts: TaxFacts | undefined, isOn: boolean) {
  if (!facts) return { tax_form: 'none', has_tin: false, backup_withholding: isOn };
  const { tax_form, tax_classification, tax_country, has_tin, treaty_country, treaty_rate_bps, treaty_article } = facts;
  const { exempt_code, signed_on, valid_until_on, is_subject_to_backup_withholding } = facts;
  return {
    ...{ tax_form: tax_form as Form, tax_classification, tax_country, has_tin },
    ...(treaty_country !== null && { treaty_country }),
    ...(treaty_rate_bps !== null && { treaty_claim: String(treaty_rate_bps) }),
    ...(treaty_article !== null && { treaty_article }),
    ...(exempt_code !== null && { exempt_code }),
    ...(signed_on !== null && { tax_valid_from_at: startOf(signed_on) }),
    ...(valid_until_on !== null && { tax_valid_until_at: startOf(valid_until_on) }),
    backup_withholding: isOn || is_subject_to_backup_withholding,
  };
}

const startOf = (day: string): string => `${day}T00:00:00.000Z`;

/** Whether backup withholding is on after the last notice. */
export async function isBackupWithheld(
  db: Pick<OperationalTransaction, 'selectFrom'>,
  creatorId: string,
): Promise<boolean> {
  const last = await db
    .selectFrom('tax_withholding_notices')
    .select('is_on')
    .where('creator_id', '=', creatorId)
    .orderBy('entry', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.is_on ?? false;
}
