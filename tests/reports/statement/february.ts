/** A sale of February, so that its statements have lines and a seal before theirs; and what came back of a payout of January. */
export const FEBRUARY = `
\`raw.license_purchased\`
| sale_id | asset_id   | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ------- | ---------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_9  | asset_song | dev_x        | 50     | 10         | EUR      | ch_9             | 2026-02-10 |

\`raw.payout_reversed\`
| reversal_id_stripe | payout_id | creator_id | payout_period | amount | currency | account_id_stripe | transfer_id_stripe | timestamp  |
| ------------------ | --------- | ---------- | ------------- | ------ | -------- | ----------------- | ------------------ | ---------- |
| trr_1              | po_1      | cr_ada     | 2025-12       | 1.21   | EUR      | acct_ada          | tr_1               | 2026-02-12 |
| trr_2              | po_1      | cr_ada     | 2025-12       | 2      | EUR      | acct_ada          | tr_1               | 2026-02-13 |
| trr_3              | po_1      | cr_ada     | 2025-12       | 0.01   | EUR      | acct_ada          | tr_1               | 2026-02-14 |

\`raw.payout_changed\`
| payout_id | batch_id | creator_id | payout_period | amount | currency | payout_state | reason        | changed_by    | timestamp  |
| --------- | -------- | ---------- | ------------- | ------ | -------- | ------------ | ------------- | ------------- | ---------- |
| po_7      | batch_1  | cr_ada     | 2026-01       | 38.86  | EUR      | held         | break_open    | send-payouts  | 2026-02-05 |
| po_7      | batch_1  | cr_ada     | 2026-01       | 38.86  | EUR      | cancelled    | period_closed | plan-payouts  | 2026-02-20 |
| po_8      | batch_1  | cr_ada     | 2026-01       | 1      | EUR      | held         | break_open    | send-payouts  | 2026-02-05 |
| po_8      | batch_1  | cr_ada     | 2026-01       | 1      | EUR      | released     |               | Ben           | 2026-02-06 |

\`raw.tax_settings_changed\`
| payer_country | undocumented_treatment | valid_from_at | decided_by | timestamp  |
| ------------- | ---------------------- | ------------- | ---------- | ---------- |
| US            | as_foreign             | 2026-02-15    | Fay        | 2026-02-10 |

\`stripe.connected_payouts\`
| account_id_stripe | id_stripe | amount_minor | currency | status_stripe | payout_method | is_automatic | failure_code   | created_at | arrives_at |
| ----------------- | --------- | ------------ | -------- | ------------- | ------------- | ------------ | -------------- | ---------- | ---------- |
| acct_ada          | po_bank   | 321          | EUR      | failed        | standard      | true         | account_closed | 2026-02-07 | 2026-02-09 |
`;
