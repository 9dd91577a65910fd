import { sql } from 'kysely';
import { canonicalJson } from '../../../../warehouse/canonical-json.ts';
import { messageOf } from '../../../../warehouse/errors.ts';
import { sha256Hex } from '../../../../warehouse/ids.ts';
import type { ApprovedLine } from './approved-batch.ts';
import { THIEF } from './creators.ts';
import type { Scene } from './scene.ts';

/** How a row of the control store is edited behind the back of the senders. */
const EDITS = ['body', 'body_and_hash', 'amount', 'account', 'not_payable', 'batch_state', 'batch_hash'] as const;

const TO_NOBODY = sql`reason = 'below_minimum', body = null, body_hash = null, account_id_stripe = null, amount_minor = 0`;

/** Edits in the control store by hand, which somebody puts right later. */
export class Edits {
  readonly #scene: Scene;
  /** The payouts whose line is not what was approved. */
  readonly #edited = new Map<string, ApprovedLine>();
  /** The batches whose hash is not what was approved, with the one that was. */
  readonly #batches = new Map<string, string | null>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  acts(): (() => Promise<void>)[] {
    if (!this.#scene.has('edit')) return [];
    const edit = () => this.#edit(this.#scene.random.pick(this.#scene.lines));
    const isRight = this.#edited.size === 0 && this.#batches.size === 0;
    return isRight ? [edit] : [edit, () => this.heal()];
  }

  /** Every line and batch is what was approved. */
  async heal(): Promise<void> {
    const { scheduler } = this.#scene;
    const { operational } = this.#scene.stores();
    await scheduler.track(async () => {
      for (const [payout_id, { row }] of this.#edited) {
        const { reason, body, body_hash, account_id_stripe, amount_minor } = row;
        const approved = { reason, body, body_hash, account_id_stripe, amount_minor };
        await operational.updateTable('payout_lines').set(approved).where('payout_id', '=', payout_id).execute();
        scheduler.note(`${payout_id} is put right`);
      }
      for (const [batch_id, approval_hash] of this.#batches) {
        await operational
          .updateTable('payout_batches')
          .set({ approval_hash })
          .where('batch_id', '=', batch_id)
          .execute();
        scheduler.note(`${batch_id} is put right`);
      }
    });
    this.#edited.clear();
    this.#batches.clear();
  }

  async #edit(line: ApprovedLine): Promise<void> {
    const { payout_id, body, row } = line;
    const { scheduler, random } = this.#scene;
    const { operational } = this.#scene.stores();
    const edit = random.pick(EDITS);
    const stolen = canonicalJson({ ...body, destination: `acct_${THIEF}`, amount: body.amount + 1 });
    const set = {
      body: sql`body = ${stolen}`,
      body_and_hash: sql`body = ${stolen}, body_hash = ${sha256Hex(stolen)}`,
      amount: sql`amount_minor = amount_minor + 1`,
      account: sql`account_id_stripe = ${`acct_${THIEF}`}`,
      not_payable: TO_NOBODY,
      batch_state: undefined,
      batch_hash: undefined,
    }[edit];
    const ofBatch = edit === 'batch_hash' ? sql`approval_hash = ${sha256Hex(stolen)}` : sql`state = 'approved'`;
    const statement = set
      ? sql`update payout_lines set ${set} where payout_id = ${payout_id}`
      : sql`update payout_batches set ${ofBatch} where batch_id = ${row.batch_id}`;
    await scheduler.track(async () => {
      const before = await operational
        .selectFrom('payout_batches')
        .select('approval_hash')
        .where('batch_id', '=', row.batch_id)
        .executeTakeFirstOrThrow();
      await statement.execute(operational).then(
        () => {
          if (set) this.#edited.set(payout_id, line);
          if (edit === 'batch_hash' && !this.#batches.has(row.batch_id)) {
            this.#batches.set(row.batch_id, before.approval_hash);
          }
          scheduler.note(`${edit} of ${payout_id} is edited`);
        },
        (error: unknown) => scheduler.note(`an edit of ${payout_id} is refused: ${messageOf(error)}`),
      );
    });
  }
}
