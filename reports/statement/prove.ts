import type { Close } from '../../transforms/ledger/closing.ts';
import type { ProofHashes } from '../../transforms/ledger/proof.ts';
import type { payoutReversals } from '../../transforms/marts/payout_reversals.ts';
import type { payouts } from '../../transforms/marts/payouts.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { StatementDocument, StatementProof } from './document.ts';
import { problemsOf, shownRows } from './verify-proof.ts';

interface ProofSources {
  readonly close: Close;
  readonly hashes: ProofHashes;
  readonly paidAhead: string;
  readonly payouts: readonly Row<typeof payouts>[];
  readonly payoutReversals: readonly Row<typeof payoutReversals>[];
}

/** The statement with its proof. Throws `InvariantBroken` if its amounts do not belong to the seal: it is never issued then. */
export function prove(
  statement: Omit<StatementDocument, 'proof'>,
  { close, hashes, paidAhead, payouts, payoutReversals }: ProofSources,
): StatementDocument {
  const { othersHash, blind, hasCarriedFraction, path } = hashes;
  const proof: Omit<StatementProof, 'leaves'> = {
    format_version: String(close.format_version),
    previous_seal: close.previous_seal,
    others_hash: othersHash,
    blind,
    paid_ahead: paidAhead,
    payouts: payouts.map(({ payout_id, account_id_stripe, occurred_at }) => ({
      payout_id,
      account_id_stripe,
      occurred_at,
    })),
    payout_reversals: payoutReversals.map(({ reversal_id_stripe, account_id_stripe, occurred_at }) => ({
      reversal_id_stripe,
      account_id_stripe,
      occurred_at,
    })),
    path,
  };
  const none = {
    ...{
      balances: [],
      carried_fractions: [],
      statement_lines: [],
      movements: [],
      withholdings: [],
      payouts: [],
      payout_reversals: [],
    },
  };
  const shown = shownRows({ ...statement, proof: { ...proof, leaves: none } });
  const leavesOf = (rows: readonly { readonly leaf: string }[]): string[] => rows.map(({ leaf }) => leaf).sort();
  const leaves = {
    balances: leavesOf(shown.balances),
    carried_fractions: hasCarriedFraction ? leavesOf(shown.carried_fractions) : [],
    statement_lines: leavesOf(shown.statement_lines),
    movements: leavesOf(shown.movements),
    withholdings: leavesOf(shown.withholdings),
    payouts: leavesOf(shown.payouts),
    payout_reversals: leavesOf(shown.payout_reversals),
  };
  const proven: StatementDocument = { ...statement, proof: { ...proof, leaves } };
  const problems = problemsOf(proven);
  invariant(problems.length === 0, `The statement ${statement.statement_id} is not issued. ${problems.join(' ')}`);
  return proven;
}
