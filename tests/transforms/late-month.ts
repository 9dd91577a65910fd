/** What is recorded in January, after `JANUARY`, and cannot be booked: uses and a sale of an asset without terms. */
export const SUSPENDED_IN_JANUARY = `
\`raw.asset_used\`
| use_id  | asset_id  | developer_id | units | timestamp  |
| ------- | --------- | ------------ | ----- | ---------- |
| use_odd | asset_odd | dev_x        | 7     | 2026-01-16 |

\`raw.license_purchased\`
| sale_id  | asset_id  | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| -------- | --------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_odd | asset_odd | dev_x        | 20     | 4          | EUR      | ch_odd           | 2026-01-17 |
`;

/**
 * February: the terms that were missing for the use, though not for the sale; a use of January that is reported late, and one
 * that is reported again; a refund and a dispute of sales of January; a payout of January's balance, and one to nobody known.
 */
export const FEBRUARY = `
\`raw.asset_published\`
| terms_id  | asset_id  | license_type | rate | currency | splits                                        | timestamp  |
| --------- | --------- | ------------ | ---- | -------- | --------------------------------------------- | ---------- |
| terms_odd | asset_odd | metered      | 0.03 | USD      | [{"creator_id":"cr_ben","share_bps":10000}]   | 2026-01-01 |

\`raw.asset_used\`
| use_id   | asset_id   | developer_id | units | timestamp  |
| -------- | ---------- | ------------ | ----- | ---------- |
| use_late | asset_text | dev_y        | 333   | 2026-01-30 |
| use_1    | asset_text | dev_x        | 1     | 2026-01-14 |
| use_3    | asset_text | dev_x        | 777   | 2026-02-10 |

\`raw.license_purchased\`
| sale_id | asset_id   | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ------- | ---------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_5  | asset_song | dev_y        | 50     | 10         | EUR      | ch_6             | 2026-02-11 |

\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_2     | sale_1  | 37.66  | 7.53       | EUR      | re_2             | 2026-02-12 |

\`raw.dispute_closed\`
| dispute_id | sale_id | dispute_outcome | timestamp  |
| ---------- | ------- | --------------- | ---------- |
| dis_3      | sale_3  | lost            | 2026-02-13 |

\`raw.payout_sent\`
| payout_id | creator_id | payout_period | amount | currency | account_id_stripe | transfer_id_stripe | timestamp  |
| --------- | ---------- | ------------- | ------ | -------- | ----------------- | ------------------ | ---------- |
| po_2      | cr_ada     | 2026-01       | 1.23   | USD      | acct_ada          | tr_2               | 2026-02-14 |
| po_3      | cr_nobody  | 2026-01       | 4.56   | USD      | acct_nobody       | tr_3               | 2026-02-14 |
`;
