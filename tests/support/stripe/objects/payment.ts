import type { Charge, Dispute, Refund } from '../objects.ts';
import { balanceTransactionId } from './row.ts';

const NOBODY = { address: null, email: null, name: null, phone: null, tax_id: null };

/** A succeeded, captured charge without refunds. */
export function chargeObject(charge: Pick<Charge, 'id' | 'amount' | 'currency' | 'created' | 'metadata'>): Charge {
  return {
    ...charge,
    object: 'charge',
    amount_captured: charge.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: balanceTransactionId(charge.id, 'charge'),
    billing_details: NOBODY,
    calculated_statement_descriptor: null,
    captured: true,
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    on_behalf_of: null,
    outcome: null,
    paid: true,
    payment_intent: null,
    payment_method: null,
    payment_method_details: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

/** A succeeded partial or full refund of a charge. */
export function refundObject(refund: Pick<Refund, 'id' | 'charge' | 'amount' | 'currency' | 'created'>): Refund {
  return {
    ...refund,
    object: 'refund',
    balance_transaction: balanceTransactionId(refund.id, 'refund'),
    customer: null,
    customer_account: null,
    metadata: {},
    payment_intent: null,
    payment_method: null,
    reason: 'requested_by_customer',
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

const NO_EVIDENCE: Dispute['evidence'] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** A dispute without evidence and without balance transactions. */
export function disputeObject(
  dispute: Pick<Dispute, 'id' | 'amount' | 'charge' | 'created' | 'currency' | 'payment_intent' | 'reason' | 'status'>,
): Dispute {
  return {
    ...dispute,
    object: 'dispute',
    balance_transactions: [],
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: null,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
  };
}
